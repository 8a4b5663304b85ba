package routingd

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/yang/schema"
)

// kernelRoutes gives the kernel the routes of BGP, for the switch's own traffic. It is slower than the ASIC's way and must not hold that up:
// changes of one prefix that have not been written replace each other.
type kernelRoutes struct {
	kernel *kernel.Kernel
	log    *slog.Logger
	wake   chan struct{} // of one

	mu      sync.Mutex
	tables  map[string]int // of the VRFs that the kernel has
	pending map[schema.RouteKey]*rib.Forward
	whole   map[schema.RouteKey]*rib.Forward // all routes there should be; what else the kernel has must go
	ours    map[string]bool                  // VRFs in which it must go
}

func newKernelRoutes(k *kernel.Kernel, log *slog.Logger) *kernelRoutes {
	return &kernelRoutes{kernel: k, log: log, wake: make(chan struct{}, 1), pending: make(map[schema.RouteKey]*rib.Forward)}
}

// learned gives a route if it is one of BGP's.
func learned(f *rib.Forward) *rib.Forward {
	if f != nil && f.Protocol == rib.ProtocolBGP {
		return f
	}
	return nil
}

// put takes changes.
func (k *kernelRoutes) put(list []rib.Change) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range list {
		if learned(c.Old) != nil || learned(c.New) != nil {
			k.pending[c.Key] = learned(c.New)
		}
	}
	k.ring()
}

// setTables tells the routing tables of VRFs. It says whether any came: its routes have to be put again.
func (k *kernelRoutes) setTables(tables map[string]int) (came bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for vrf, table := range tables {
		came = came || k.tables[vrf] != table
	}
	k.tables = maps.Clone(tables)
	return came
}

// replace takes all routes there should be in the given VRFs.
func (k *kernelRoutes) replace(all map[schema.RouteKey]*rib.Forward, vrfs map[string]bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.whole, k.ours = all, maps.Clone(vrfs)
	k.ring()
}

func (k *kernelRoutes) ring() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// run serves until ctx ends.
func (k *kernelRoutes) run(ctx context.Context) error {
	w, err := k.kernel.NewRouteWriter(func(p netip.Prefix, err error) {
		if !errors.Is(err, unix.ESRCH) { // gone with its interface
			k.log.Warn("kernel route", "prefix", p, "err", err)
		}
	})
	if err != nil {
		return err
	}
	defer w.Close()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-k.wake:
			if err := k.work(w); err != nil {
				k.log.Error("write kernel routes", "err", err)
			}
		}
	}
}

// work writes what is pending.
func (k *kernelRoutes) work(w *kernel.RouteWriter) error {
	k.mu.Lock()
	pending, whole, ours, tables := k.pending, k.whole, k.ours, k.tables
	k.pending, k.whole = make(map[schema.RouteKey]*rib.Forward), nil
	k.mu.Unlock()
	if whole != nil {
		if err := k.compare(whole, pending, tables, ours); err != nil {
			return err
		}
	}
	for key, f := range pending {
		table, known := tables[key.VRF]
		if !known {
			continue
		}
		r := kernel.Route{Prefix: key.Prefix, Table: table, Protocol: unix.RTPROT_BGP, Metric: kernelMetric}
		if f == nil {
			if err := w.Delete(r); err != nil {
				return err
			}
			continue
		}
		r.Blackhole = f.Blackhole
		for _, h := range f.Hops {
			r.Hops = append(r.Hops, kernel.RouteHop{Index: h.Index, Via: h.Via, Weight: h.Weight})
		}
		if err := w.Replace(r); err != nil {
			return err
		}
	}
	return w.Flush()
}

// compare adds to pending what makes the kernel's routes those of whole: all are written, and what is not among them is deleted. Changes that
// are pending are newer.
func (k *kernelRoutes) compare(whole, pending map[schema.RouteKey]*rib.Forward, tables map[string]int, ours map[string]bool) error {
	vrfs := make(map[int]string)
	for vrf, table := range tables {
		if ours[vrf] {
			vrfs[table] = vrf
		}
	}
	for key, f := range whole {
		if _, newer := pending[key]; !newer {
			pending[key] = f
		}
	}
	known := func(table int) bool { _, known := vrfs[table]; return known }
	return k.kernel.RoutesOf(unix.RTPROT_BGP, known, func(p netip.Prefix, table int) {
		if key := (schema.RouteKey{VRF: vrfs[table], Prefix: p}); whole[key] == nil {
			if _, newer := pending[key]; !newer {
				pending[key] = nil
			}
		}
	})
}
