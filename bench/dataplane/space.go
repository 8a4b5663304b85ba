package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/heddle-nos/heddle/internal/ethtool"
)

// newSpace makes a network namespace, which lives as long as its handle.
func newSpace() (netns.NsHandle, error) {
	ns := netns.None()
	err := onThread(func() (err error) {
		ns, err = netns.New()
		return err
	})
	return ns, err
}

// onThread runs f on a thread that ends with it.
func onThread(f func() error) error {
	c := make(chan error)
	go func() {
		runtime.LockOSThread()
		c <- f()
	}()
	return <-c
}

// within runs f in a namespace.
func within(ns netns.NsHandle, f func() error) error {
	return onThread(func() error {
		if err := netns.Set(ns); err != nil {
			return fmt.Errorf("enter namespace: %w", err)
		}
		return f()
	})
}

func path(ns netns.NsHandle) string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), int(ns)) }

// lane is one contestant's wiring: what is put in at in arrives at e1 of the
// switch under test, and what that sends by e2 ends in a sink.
type lane struct {
	name    string
	wire    netns.NsHandle // generator and sink
	dut     netns.NsHandle // switch under test
	traffic trafficObjects
	in, out int
	close   []func() error
}

func newLane(wire netns.NsHandle, name string) (*lane, error) {
	l := &lane{name: name, wire: wire}
	if err := l.build(); err != nil {
		return nil, errors.Join(fmt.Errorf("wire %s: %w", name, err), l.end())
	}
	return l, nil
}

func (l *lane) build() (err error) {
	if l.dut, err = newSpace(); err != nil {
		return err
	}
	l.close = append(l.close, l.dut.Close)
	if err := loadTrafficObjects(&l.traffic, nil); err != nil {
		return fmt.Errorf("load traffic: %w", err)
	}
	l.close = append(l.close, l.traffic.Close)
	for i, at := range []*int{&l.in, &l.out} {
		if *at, err = l.plug(fmt.Sprintf("e%d", i+1), fmt.Sprintf("%s%d", l.name, i+1)); err != nil {
			return err
		}
		if err := l.attach(l.wire, fmt.Sprintf("%s%d", l.name, i+1), l.traffic.Sink); err != nil {
			return err
		}
	}
	return nil
}

// plug makes a cable and returns the index of its far end.
func (l *lane) plug(near, far string) (int, error) {
	err := within(l.dut, func() error {
		quiet()
		pair := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: near}, PeerName: far, PeerNamespace: netlink.NsFd(int(l.wire))}
		if err := netlink.LinkAdd(pair); err != nil {
			return fmt.Errorf("make %s: %w", near, err)
		}
		return up(near)
	})
	if err != nil {
		return 0, err
	}
	index := 0
	err = within(l.wire, func() error {
		dev, err := netlink.LinkByName(far)
		if err == nil {
			index = dev.Attrs().Index
			err = up(far)
		}
		return err
	})
	return index, err
}

// quiet keeps the kernel of a namespace from speaking of itself.
func quiet() {
	for _, f := range []string{"all", "default"} {
		_ = os.WriteFile(filepath.Join("/proc/sys/net/ipv6/conf", f, "disable_ipv6"), []byte("1"), 0)
	}
}

// up sets a device up, with NAPI so that redirected frames can enter it.
func up(name string) error {
	dev, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	return errors.Join(ethtool.Disable(name, ethtool.TxChecksum, ethtool.TxVLAN),
		ethtool.Enable(name, ethtool.GRO), netlink.LinkSetUp(dev))
}

// attach puts a program in front of a device.
func (l *lane) attach(ns netns.NsHandle, device string, prog *ebpf.Program) error {
	return within(ns, func() error {
		dev, err := netlink.LinkByName(device)
		if err != nil {
			return err
		}
		k, err := link.AttachXDP(link.XDPOptions{Program: prog, Interface: dev.Attrs().Index, Flags: link.XDPDriverMode})
		if err != nil {
			return fmt.Errorf("attach to %s: %w", device, err)
		}
		l.close = append(l.close, k.Close)
		return nil
	})
}

// end takes everything away, last first.
func (l *lane) end() error {
	var err error
	for i := len(l.close) - 1; i >= 0; i-- {
		err = errors.Join(err, l.close[i]())
	}
	return err
}

// address is the hardware address of the switch's first device.
func (l *lane) address() (mac [6]byte, err error) {
	err = within(l.dut, func() error {
		dev, err := netlink.LinkByName("e1")
		if err == nil {
			copy(mac[:], dev.Attrs().HardwareAddr)
		}
		return err
	})
	return mac, err
}
