package kernel_test

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// wired is a namespace with two links, addresses and routes of each form.
func wired(t *testing.T) *kernel.Kernel {
	k := kerneltest.New(t)
	kerneltest.Cable(t, k, "a", k, "b")
	kerneltest.Up(t, k, "a")
	kerneltest.Up(t, k, "b")
	kerneltest.Address(t, k, "a", "10.0.0.1/24")
	kerneltest.Address(t, k, "b", "10.0.1.1/24")
	kerneltest.Address(t, k, "a", "fc00::1/64")
	w, err := k.NewRouteWriter(func(p netip.Prefix, err error) { t.Errorf("%s: %v", p, err) })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	a, b := kerneltest.Link(t, k, "a").Attrs().Index, kerneltest.Link(t, k, "b").Attrs().Index
	one := kernel.RouteHop{Index: a, Via: netip.MustParseAddr("10.0.0.2")}
	other := kernel.RouteHop{Index: b, Via: netip.MustParseAddr("10.0.1.2"), Weight: 7}
	foreign := kernel.RouteHop{Index: a, Via: netip.MustParseAddr("fe80::2")}
	for i, hops := range [][]kernel.RouteHop{{one}, {one, other}, {foreign}, {foreign, other}, {{Index: a}}} {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{20, 0, byte(i), 0}), 24)
		if err := w.Replace(kernel.Route{Prefix: p, Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_BGP, Metric: 20, Hops: hops}); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []kernel.Route{
		{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Table: 1001, Protocol: unix.RTPROT_STATIC, Metric: 5, Hops: []kernel.RouteHop{one}},
		{Prefix: netip.MustParsePrefix("30.0.0.0/8"), Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_STATIC, Metric: 5, Blackhole: true},
		{Prefix: netip.MustParsePrefix("fc01::/64"), Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_BGP, Metric: 20, Hops: []kernel.RouteHop{foreign}},
	} {
		if err := w.Replace(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return k
}

// TestRoutesAsTheLibrary: what is read here is what the library reads, in the fields that decide where packets go.
func TestRoutesAsTheLibrary(t *testing.T) {
	k := wired(t)
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		want, err := k.RouteListFiltered(family, &netlink.Route{Table: unix.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE)
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.Routes(family)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			want[i] = decisive(want[i])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		var left []netlink.Route
		for _, r := range want {
			if r.Protocol != unix.RTPROT_BGP {
				left = append(left, r)
			}
		}
		if got, err := k.RoutesBut(unix.RTPROT_BGP, family); err != nil || !reflect.DeepEqual(got, left) || len(left) == len(want) {
			t.Errorf("without BGP: %v, got %+v\nwant %+v", err, got, left)
		}
	}
}

// decisive leaves the fields that are read here.
func decisive(r netlink.Route) netlink.Route {
	d := netlink.Route{
		Family: r.Family, Tos: r.Tos, Table: r.Table, Protocol: r.Protocol, Scope: r.Scope, Type: r.Type, Flags: r.Flags, Dst: r.Dst, Gw: r.Gw, Src: r.Src,
		Via: r.Via, MultiPath: r.MultiPath, LinkIndex: r.LinkIndex, Priority: r.Priority,
	}
	return d
}

// TestWatchBut: routes of the protocol that is left out are not told, others are.
func TestWatchBut(t *testing.T) {
	k := wired(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	events, done := make(chan kernel.Event), make(chan error, 1)
	go func() { done <- k.WatchBut(ctx, unix.RTPROT_BGP, slog.New(slog.DiscardHandler), kernel.Routes, events) }()
	if e := <-events; !e.Resync {
		t.Fatalf("first event %+v", e)
	}
	a := kerneltest.Link(t, k, "a").Attrs().Index
	for i, protocol := range []uint8{unix.RTPROT_BGP, unix.RTPROT_STATIC} {
		w, err := k.NewRouteWriter(func(p netip.Prefix, err error) { t.Errorf("%s: %v", p, err) })
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{40, byte(i), 0, 0}), 16)
		r := kernel.Route{Prefix: p, Table: unix.RT_TABLE_MAIN, Protocol: protocol, Hops: []kernel.RouteHop{{Index: a, Via: netip.MustParseAddr("10.0.0.2")}}}
		if err := w.Replace(r); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	e := <-events
	for e.Route != nil && e.Route.Dst.IP[0] != 40 { // of an address that has just passed duplicate address detection
		e = <-events
	}
	if e.Route == nil || e.Route.Type != unix.RTM_NEWROUTE || e.Route.Dst.String() != "40.1.0.0/16" || !e.Route.Gw.Equal(net.IPv4(10, 0, 0, 2)) || e.Route.LinkIndex != a {
		t.Errorf("got %+v", e.Route)
	}
	cancel()
	<-done
}
