package kerneltest

import (
	"errors"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
)

// NeedVRF skips the test where the kernel has no VRF devices. The tests in QEMU have them.
func NeedVRF(t testing.TB, k *kernel.Kernel) {
	t.Helper()
	at := netlink.NewLinkAttrs()
	at.Name = "vrf-probe"
	err := k.LinkAdd(&netlink.Vrf{LinkAttrs: at, Table: 9999})
	if errors.Is(err, unix.EOPNOTSUPP) {
		t.Skip("needs the kernel's VRF devices: make qemu")
	}
	if err != nil {
		t.Fatalf("create VRF: %v", err)
	}
	if err := k.LinkDel(Link(t, k, at.Name)); err != nil {
		t.Fatalf("delete VRF: %v", err)
	}
}

// VRF makes a VRF device and puts devices into it.
func VRF(t testing.TB, k *kernel.Kernel, name string, table uint32, members ...string) {
	t.Helper()
	at := netlink.NewLinkAttrs()
	at.Name = name
	if err := k.LinkAdd(&netlink.Vrf{LinkAttrs: at, Table: table}); err != nil {
		t.Fatalf("create %s: %v", name, err)
	}
	Up(t, k, name)
	for _, m := range members {
		if err := k.LinkSetMasterByIndex(Link(t, k, m), Link(t, k, name).Attrs().Index); err != nil {
			t.Fatalf("put %s into %s: %v", m, name, err)
		}
	}
}
