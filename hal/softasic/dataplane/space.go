package dataplane

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// spaces are the two network namespaces of a switch: that of the silicon and
// that of the CPU.
type spaces struct {
	silicon, host     netns.NsHandle
	siliconNl, hostNl *netlink.Handle
}

func openSpaces(silicon, host string) (*spaces, error) {
	s := &spaces{silicon: netns.None(), host: netns.None()}
	if err := s.open(silicon, host); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *spaces) open(silicon, host string) (err error) {
	if s.silicon, err = openNetns(silicon); err != nil {
		return err
	}
	if host == "" {
		host = silicon
	}
	if s.host, err = openNetns(host); err != nil {
		return err
	}
	if s.siliconNl, err = netlink.NewHandleAt(s.silicon, unix.NETLINK_ROUTE); err != nil {
		return fmt.Errorf("open netlink: %w", err)
	}
	if s.hostNl, err = netlink.NewHandleAt(s.host, unix.NETLINK_ROUTE); err != nil {
		return fmt.Errorf("open netlink of the host: %w", err)
	}
	return nil
}

func openNetns(path string) (netns.NsHandle, error) {
	if path == "" {
		h, err := netns.Get()
		if err != nil {
			return netns.None(), fmt.Errorf("open own network namespace: %w", err)
		}
		return h, nil
	}
	h, err := netns.GetFromPath(path)
	if err != nil {
		return netns.None(), fmt.Errorf("open network namespace %s: %w", path, err)
	}
	return h, nil
}

func (s *spaces) close() {
	for _, nl := range []*netlink.Handle{s.siliconNl, s.hostNl} {
		if nl != nil {
			nl.Close()
		}
	}
	for _, ns := range []*netns.NsHandle{&s.silicon, &s.host} {
		if ns.IsOpen() {
			_ = ns.Close()
		}
	}
}

// enter moves the calling goroutine, which must end its days there, into the
// silicon. Attaching programs and filling device maps look devices up in the
// namespace of the calling thread.
func (s *spaces) enter() error {
	runtime.LockOSThread()
	if err := netns.Set(s.silicon); err != nil {
		return fmt.Errorf("enter the silicon's namespace: %w", err)
	}
	return nil
}

// onHost runs f in the host's namespace, from a goroutine that entered.
func (s *spaces) onHost(f func() error) error {
	if err := netns.Set(s.host); err != nil {
		return fmt.Errorf("enter the host's namespace: %w", err)
	}
	err := f()
	if back := netns.Set(s.silicon); back != nil {
		return errors.Join(err, fmt.Errorf("return to the silicon's namespace: %w", back))
	}
	return err
}

// silence keeps the kernel's IPv6 from speaking on a device of the silicon.
func silence(device string) error {
	err := os.WriteFile(filepath.Join("/proc/sys/net/ipv6/conf", device, "disable_ipv6"), []byte("1"), 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("disable IPv6 on %s: %w", device, err)
	}
	return nil
}
