package kernel

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Kernel is a connection to the kernel's network configuration in one namespace.
type Kernel struct {
	*netlink.Handle
	ns     netns.NsHandle
	buffer int // bytes that the kernel may keep for one subscription
}

// receiveBuffer holds some 100,000 route events.
const receiveBuffer = 32 << 20

// Here opens the namespace of the calling thread.
func Here() (*Kernel, error) {
	ns, err := netns.Get()
	if err != nil {
		return nil, fmt.Errorf("open network namespace: %w", err)
	}
	return At(ns)
}

// At opens a namespace; the handle belongs to the Kernel from now on.
func At(ns netns.NsHandle) (*Kernel, error) {
	h, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE)
	if err != nil {
		_ = ns.Close()
		return nil, fmt.Errorf("open netlink: %w", err)
	}
	return &Kernel{Handle: h, ns: ns, buffer: receiveBuffer}, nil
}

// Close ends the connection.
func (k *Kernel) Close() error {
	k.Handle.Close()
	return k.ns.Close()
}

// Inside runs f on a thread that is in the namespace: for what works through files of the calling thread (sysctl, TUN).
func (k *Kernel) Inside(f func() error) error {
	done := make(chan error, 1)
	go func() {
		// The thread is not unlocked if it cannot be brought back: it then ends with the goroutine.
		runtime.LockOSThread()
		home, err := netns.Get()
		if err != nil {
			done <- fmt.Errorf("find own network namespace: %w", err)
			return
		}
		defer home.Close()
		if err := netns.Set(k.ns); err != nil {
			runtime.UnlockOSThread()
			done <- fmt.Errorf("enter network namespace: %w", err)
			return
		}
		err = f()
		if netns.Set(home) == nil {
			runtime.UnlockOSThread()
		}
		done <- err
	}()
	return <-done
}

// dumpAttempts bounds how often a listing is repeated that changed while it was read.
const dumpAttempts = 5

// whole repeats a listing until the kernel says that it was consistent. Under constant change the last one is taken: the events of what
// changed are on their way.
func whole[T any](list func() (T, error)) (T, error) {
	var got T
	var err error
	for range dumpAttempts {
		got, err = list()
		if !errors.Is(err, netlink.ErrDumpInterrupted) {
			return got, err
		}
	}
	return got, nil
}

// Links lists all links by name.
func (k *Kernel) Links() (map[string]netlink.Link, error) {
	list, err := whole(k.LinkList)
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	links := make(map[string]netlink.Link, len(list))
	for _, l := range list {
		links[l.Attrs().Name] = l
	}
	return links, nil
}

// Addrs lists all addresses by link index.
func (k *Kernel) Addrs() (map[int][]netlink.Addr, error) {
	list, err := whole(func() ([]netlink.Addr, error) { return k.AddrList(nil, netlink.FAMILY_ALL) })
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	addrs := make(map[int][]netlink.Addr)
	for _, a := range list {
		addrs[a.LinkIndex] = append(addrs[a.LinkIndex], a)
	}
	return addrs, nil
}

// Neighbours lists all neighbours of both families.
func (k *Kernel) Neighbours() ([]netlink.Neigh, error) {
	var all []netlink.Neigh
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := whole(func() ([]netlink.Neigh, error) { return k.NeighList(0, family) })
		if err != nil {
			return nil, fmt.Errorf("list neighbours: %w", err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// Namespace is a file descriptor of the namespace, valid until Close.
func (k *Kernel) Namespace() int { return int(k.ns) }
