package vlandev_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/vlandev"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// ensure makes a VLAN device, which must work out, and sets it up.
func ensure(t *testing.T, k *kernel.Kernel, name, parent string, vlan uint16) netlink.Link {
	t.Helper()
	have, _ := k.LinkByName(name)
	link, err := vlandev.Ensure(k.Handle, vlandev.Device{Name: name, Parent: kerneltest.Link(t, k, parent), VLAN: vlan}, have)
	if err != nil {
		t.Fatal(err)
	}
	if err := vlandev.Carry(k.Handle, link, true); err != nil {
		t.Fatal(err)
	}
	kerneltest.Up(t, k, name)
	return link
}

// reaches sends a datagram between two namespaces until it arrives; false if it
// does not in the time given.
func reaches(t *testing.T, from, to *kernel.Kernel, addr string, patience time.Duration) bool {
	t.Helper()
	at := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(addr), 7777))
	var in, out *net.UDPConn
	if err := to.Inside(func() (err error) { in, err = net.ListenUDP("udp", at); return err }); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := from.Inside(func() (err error) { out, err = net.DialUDP("udp", nil, at); return err }); err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	buf := make([]byte, 3000)
	for end := time.Now().Add(patience); time.Now().Before(end); {
		_, _ = out.Write(make([]byte, 1400))
		_ = in.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if n, err := in.Read(buf); err == nil && n == 1400 {
			return true
		}
	}
	return false
}

func TestDevices(t *testing.T) {
	a, b := kerneltest.New(t), kerneltest.New(t)
	kerneltest.Cable(t, a, "Ethernet0", b, "eth0")
	kerneltest.Up(t, a, "Ethernet0")
	ensure(t, a, "Ethernet0.10", "Ethernet0", 10)
	ensure(t, a, "Eth124.4094", "Ethernet0", 4094)
	ensure(t, b, "ten", "eth0", 10)
	ensure(t, b, "twenty", "eth0", 20)
	kerneltest.Address(t, a, "Ethernet0", "10.0.1.1/24")
	kerneltest.Address(t, b, "eth0", "10.0.1.2/24")
	kerneltest.Address(t, a, "Ethernet0.10", "10.0.10.1/24")
	kerneltest.Address(t, b, "ten", "10.0.10.2/24")
	kerneltest.Address(t, b, "twenty", "10.0.20.2/24")
	for _, addr := range []string{"10.0.1.2", "10.0.10.2"} {
		if !reaches(t, a, b, addr, 5*time.Second) {
			t.Errorf("%s is not reached", addr)
		}
	}
	if !reaches(t, b, a, "10.0.10.1", 5*time.Second) {
		t.Error("10.0.10.1 is not reached")
	}

	// Its own carrier, another VLAN.
	link := kerneltest.Link(t, a, "Ethernet0.10")
	if err := vlandev.Carry(a.Handle, link, false); err != nil {
		t.Fatal(err)
	}
	if _, own := link.(*netlink.Vlan); !own && reaches(t, a, b, "10.0.10.2", 100*time.Millisecond) {
		t.Error("a device without carrier sends")
	}
	again := ensure(t, a, "Ethernet0.10", "Ethernet0", 10)
	if again.Attrs().Index != link.Attrs().Index {
		t.Error("a device that was right was made anew")
	}
	moved := ensure(t, a, "Ethernet0.10", "Ethernet0", 20)
	if moved.Attrs().Index == link.Attrs().Index {
		t.Error("a device of another VLAN is the same one")
	}
	kerneltest.Address(t, a, "Ethernet0.10", "10.0.20.1/24")
	if !reaches(t, a, b, "10.0.20.2", 5*time.Second) {
		t.Error("10.0.20.2 is not reached")
	}
	if err := vlandev.Remove(a.Handle, moved); err != nil {
		t.Fatal(err)
	}
	filters, err := a.FilterList(kerneltest.Link(t, a, "Ethernet0"), netlink.HANDLE_MIN_INGRESS)
	for _, f := range filters {
		if f.Attrs().Handle == 10 || f.Attrs().Handle == 20 {
			t.Errorf("%v is left of removed devices", f)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// A parent that is made anew takes the device with it, or gets it joined again.
func TestNewParent(t *testing.T) {
	a, b := kerneltest.New(t), kerneltest.New(t)
	for range 2 {
		kerneltest.Cable(t, a, "Ethernet0", b, "eth0")
		kerneltest.Up(t, a, "Ethernet0")
		ensure(t, a, "Ethernet0.10", "Ethernet0", 10)
		ensure(t, b, "ten", "eth0", 10)
		kerneltest.Address(t, a, "Ethernet0.10", "10.0.10.1/24")
		kerneltest.Address(t, b, "ten", "10.0.10.2/24")
		if !reaches(t, a, b, "10.0.10.2", 5*time.Second) {
			t.Fatal("10.0.10.2 is not reached")
		}
		if err := a.LinkDel(kerneltest.Link(t, a, "Ethernet0")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnothersDevice(t *testing.T) {
	k := kerneltest.New(t)
	kerneltest.Cable(t, k, "Ethernet0", k, "eth0")
	kerneltest.Up(t, k, "Ethernet0") // the kernel's VLAN device cannot be up before
	kerneltest.Cable(t, k, "Ethernet0.10", k, "x")
	parent := kerneltest.Link(t, k, "Ethernet0")
	_, err := vlandev.Ensure(k.Handle, vlandev.Device{Name: "Ethernet0.10", Parent: parent, VLAN: 10}, kerneltest.Link(t, k, "Ethernet0.10"))
	if err == nil || !strings.Contains(err.Error(), "device of vlan 10 of Ethernet0: Ethernet0.10 is another's") {
		t.Errorf("got %v", err)
	}
	if !vlandev.Ours(ensure(t, k, "Ethernet0.11", "Ethernet0", 11)) {
		t.Error("a new device is not ours")
	}
}
