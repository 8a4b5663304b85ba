package kernel_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// routes lists those of protocol 186, as "prefix: hops".
func routes(t *testing.T, k *kernel.Kernel) []string {
	t.Helper()
	var got []string
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := k.Routes(family)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if r.Protocol != unix.RTPROT_BGP {
				continue
			}
			text := fmt.Sprintf("%s: %d", r.Dst, r.Priority)
			if r.Type == unix.RTN_BLACKHOLE {
				text += " blackhole"
			}
			hops := r.MultiPath
			if r.LinkIndex != 0 {
				hops = append(hops, &netlink.NexthopInfo{LinkIndex: r.LinkIndex, Gw: r.Gw, Via: r.Via})
			}
			for _, h := range hops {
				if a := kernel.GatewayOf(h.Gw, h.Via); r.Type != unix.RTN_BLACKHOLE {
					text += fmt.Sprintf(" %v/%d", a, h.Hops+1)
				}
			}
			got = append(got, text)
		}
	}
	slices.Sort(got)
	return got
}

func TestRouteWriter(t *testing.T) {
	k := kerneltest.New(t)
	kerneltest.Cable(t, k, "a", k, "b")
	kerneltest.Up(t, k, "a")
	kerneltest.Up(t, k, "b")
	kerneltest.Address(t, k, "a", "10.0.0.1/24")
	kerneltest.Address(t, k, "a", "fc00::1/64")
	link := kerneltest.Link(t, k, "a").Attrs().Index
	refused := map[string]error{}
	w, err := k.NewRouteWriter(func(p netip.Prefix, err error) { refused[p.String()] = err })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	hop := func(addr string, weight uint32) kernel.RouteHop {
		return kernel.RouteHop{Index: link, Via: netip.MustParseAddr(addr), Weight: weight}
	}
	route := func(prefix string, hops ...kernel.RouteHop) kernel.Route {
		return kernel.Route{Prefix: netip.MustParsePrefix(prefix), Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_BGP, Metric: 20, Hops: hops}
	}
	hole := route("20.0.3.0/24")
	hole.Blackhole = true
	for _, r := range []kernel.Route{
		route("20.0.0.0/24", hop("10.0.0.2", 0)), route("20.0.1.0/24", hop("10.0.0.2", 25), hop("10.0.0.3", 75)),
		route("20.0.2.0/24", hop("fc00::2", 0)), // RFC 8950
		hole, route("2001:db8::/32", hop("fc00::2", 0), hop("fc00::3", 0)),
		route("20.0.9.0/24", hop("192.0.2.1", 0)), // not reachable
	} {
		if err := w.Replace(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"20.0.0.0/24: 20 10.0.0.2/1", "20.0.1.0/24: 20 10.0.0.2/25 10.0.0.3/75", "20.0.2.0/24: 20 fc00::2/1", "20.0.3.0/24: 20 blackhole",
		"2001:db8::/32: 20 fc00::2/1 fc00::3/1",
	}
	if got := routes(t, k); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(refused["20.0.9.0/24"], unix.ENETUNREACH) || len(refused) != 1 {
		t.Errorf("refused: %v", refused)
	}
	for _, prefix := range []string{"20.0.0.0/24", "20.0.1.0/24", "20.0.2.0/24", "20.0.3.0/24", "2001:db8::/32", "20.0.8.0/24"} {
		if err := w.Delete(route(prefix)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got := routes(t, k); len(got) > 0 {
		t.Errorf("left: %q", got)
	}
	if !errors.Is(refused["20.0.8.0/24"], unix.ESRCH) {
		t.Errorf("refused: %v", refused)
	}
}
