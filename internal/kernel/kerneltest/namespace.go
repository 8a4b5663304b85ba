package kerneltest

import (
	"net"
	"os"
	"runtime"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/heddle-nos/heddle/internal/kernel"
)

// New makes a nameless namespace with its loopback up. The test is skipped without root.
func New(t testing.TB) *kernel.Kernel {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root for a network namespace")
	}
	ns := create(t)
	k, err := kernel.At(ns)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	Up(t, k, "lo")
	return k
}

func create(t testing.TB) netns.NsHandle {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := netns.Get()
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	ns, err := netns.New()
	if err != nil {
		t.Fatalf("create network namespace: %v", err)
	}
	if err := netns.Set(home); err != nil {
		t.Fatalf("return to own network namespace: %v", err)
	}
	return ns
}

// Link finds a device.
func Link(t testing.TB, k *kernel.Kernel, name string) netlink.Link {
	t.Helper()
	l, err := k.LinkByName(name)
	if err != nil {
		t.Fatalf("find %s: %v", name, err)
	}
	return l
}

// Up sets a device up.
func Up(t testing.TB, k *kernel.Kernel, name string) {
	t.Helper()
	if err := k.LinkSetUp(Link(t, k, name)); err != nil {
		t.Fatalf("set %s up: %v", name, err)
	}
}

// Cable makes a pair of devices, one end in each of two namespaces, and sets the far end up.
func Cable(t testing.TB, k *kernel.Kernel, name string, far *kernel.Kernel, farName string) {
	t.Helper()
	at := netlink.NewLinkAttrs()
	at.Name = name
	pair := &netlink.Veth{LinkAttrs: at, PeerName: farName}
	if far != k {
		pair.PeerNamespace = netlink.NsFd(far.Namespace())
	}
	if err := k.LinkAdd(pair); err != nil {
		t.Fatalf("create %s: %v", name, err)
	}
	Up(t, far, farName)
}

// Address gives a device an address at once, without looking for duplicates.
func Address(t testing.TB, k *kernel.Kernel, name, prefix string) {
	t.Helper()
	ip, n, err := net.ParseCIDR(prefix)
	if err != nil {
		t.Fatal(err)
	}
	const noDAD = 0x02 // IFA_F_NODAD
	a := &netlink.Addr{IPNet: &net.IPNet{IP: ip, Mask: n.Mask}}
	if ip.To4() == nil {
		a.Flags = noDAD
	}
	if err := k.AddrAdd(Link(t, k, name), a); err != nil {
		t.Fatalf("add %s to %s: %v", prefix, name, err)
	}
}
