package netsyncd

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	// askDelay lets those who ask for a neighbour by themselves come first: routingd for the next hops of static routes.
	askDelay = 100 * time.Millisecond
	askTick  = 3 * time.Second // between two rounds of asking for what does not answer
)

// asked are the neighbours that routes need in the ASIC and nobody knows yet (NEIGH_RESOLVE_TABLE).
type asked struct {
	links *links
	want  map[schema.NeighKey]bool
}

func newAsked(l *links) *asked { return &asked{links: l, want: make(map[schema.NeighKey]bool)} }

// follow hands changes of the table to the owner of the state.
func (a *asked) follow(ctx context.Context, appl *statedb.DB, changes chan<- []statedb.KeyOp) error {
	c := statedb.NewConsumer(appl, schema.AppTableNeighResolve, statedb.ConsumerOptions{Initial: true})
	return c.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
		select {
		case changes <- ops:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// take notes what is asked for, and no more; it says whether there is anything to ask.
func (a *asked) take(ops []statedb.KeyOp) bool {
	for _, op := range ops {
		key, err := schema.ParseNeighKey(op.Key, schema.AppSeparator)
		if err != nil {
			continue // not a neighbour that the kernel could find
		}
		if op.Op == statedb.OpDel {
			delete(a.want, key)
		} else {
			a.want[key] = true
		}
	}
	return len(a.want) > 0
}

// ask has the kernel find them. It leaves alone those that it knows, or looks for all the time: asking for one of those would end that.
func (a *asked) ask(k *kernel.Kernel, log *slog.Logger) error {
	if len(a.want) == 0 {
		return nil
	}
	list, err := k.Neighbours()
	if err != nil {
		return err
	}
	known := make(map[neighbour]bool, len(list))
	for i := range list {
		addr, _ := netip.AddrFromSlice(list[i].IP)
		known[neighbour{list[i].LinkIndex, addr.Unmap()}] = list[i].State&usable != 0 || list[i].FlagsExt&netlink.NTF_EXT_MANAGED != 0
	}
	for key := range a.want {
		link, there := a.links.byName[key.Interface.String()]
		if !there || !a.links.up[link] || known[neighbour{link, key.Addr}] {
			continue
		}
		if err := k.Resolve(link, key.Addr); err != nil {
			log.Debug("ask for neighbour", "link", link, "addr", key.Addr, "err", err)
		}
	}
	return nil
}
