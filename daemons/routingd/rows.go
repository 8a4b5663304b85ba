package routingd

import (
	"context"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// rowFields writes a route as ROUTE_TABLE has it.
func rowFields(v6 bool, f *rib.Forward) []statedb.Field {
	if f.Blackhole {
		return []statedb.Field{{Name: "blackhole", Value: "true"}, {Name: "protocol", Value: f.Protocol}}
	}
	var addrs, names, weights []string
	for _, h := range f.Hops {
		via := h.Via
		if !via.IsValid() {
			via = netip.IPv4Unspecified()
			if v6 {
				via = netip.IPv6Unspecified()
			}
		}
		addrs, names = append(addrs, via.String()), append(names, h.Link.String())
		if h.Weight > 0 {
			weights = append(weights, strconv.Itoa(int(h.Weight)))
		}
	}
	fields := []statedb.Field{
		{Name: "nexthop", Value: strings.Join(addrs, ",")}, {Name: "ifname", Value: strings.Join(names, ",")}, {Name: "protocol", Value: f.Protocol},
	}
	if len(weights) > 0 {
		fields = append(fields, statedb.Field{Name: "weight", Value: strings.Join(weights, ",")})
	}
	return fields
}

// parseRow reads what rowFields wrote. One that others changed reads as a route that equals none.
func parseRow(row statedb.Fields, links map[schema.InterfaceName]rib.Link) *rib.Forward {
	f := &rib.Forward{Protocol: row["protocol"], Blackhole: row["blackhole"] == "true"}
	if f.Blackhole || row["nexthop"] == "" {
		return f
	}
	addrs, names := strings.Split(row["nexthop"], ","), strings.Split(row["ifname"], ",")
	weights := strings.Split(row["weight"], ",")
	if len(addrs) != len(names) || row["weight"] != "" && len(weights) != len(names) {
		return f
	}
	for i := range addrs {
		h := rib.Hop{Link: schema.InterfaceName(names[i])}
		h.Index = links[h.Link].Index
		if a, err := netip.ParseAddr(addrs[i]); err == nil && !a.IsUnspecified() {
			h.Via = a
		}
		if row["weight"] != "" {
			n, err := strconv.ParseUint(weights[i], 10, 16)
			if err != nil {
				return &rib.Forward{Protocol: f.Protocol}
			}
			h.Weight = uint32(n)
		}
		f.Hops = append(f.Hops, h)
	}
	return f
}

// ops writes a change. A row of other fields than before, or of another program before, is deleted and set anew.
func ops(dst []statedb.KeyOp, c rib.Change, fields []statedb.Field) []statedb.KeyOp {
	switch {
	case c.Released:
		return dst
	case c.New == nil:
		return append(dst, statedb.KeyOp{Op: statedb.OpDel, Key: c.Key.App()})
	case c.Old == nil || shape(c.Old) != shape(c.New):
		dst = append(dst, statedb.KeyOp{Op: statedb.OpDel, Key: c.Key.App()})
	}
	return append(dst, statedb.KeyOp{Op: statedb.OpSet, Key: c.Key.App(), Fields: fields})
}

// shape says which fields the row has.
func shape(f *rib.Forward) [2]bool {
	return [2]bool{f.Blackhole, len(f.Hops) > 0 && f.Hops[0].Weight > 0}
}

// rowWriter writes rows on a goroutine of its own, so that the next ones are found meanwhile. It takes one batch ahead.
type rowWriter struct {
	log      *slog.Logger
	producer *statedb.Producer
	queue    chan rowBatch
}

// rowBatch is rows to write, or a question when what went before is written.
type rowBatch struct {
	ops  []statedb.KeyOp
	done chan<- struct{}
}

func newRowWriter(db *statedb.DB, log *slog.Logger) *rowWriter {
	return &rowWriter{log: log, producer: statedb.NewProducer(db, schema.AppTableRoute), queue: make(chan rowBatch, 1)}
}

// run serves until ctx ends. Rows that cannot be written are tried again until they can: what comes later waits, and replaces itself meanwhile.
func (w *rowWriter) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-w.queue:
			for err := w.producer.Apply(ctx, b.ops); err != nil; err = w.producer.Apply(ctx, b.ops) {
				w.log.Error("write routes", "rows", len(b.ops), "err", err)
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Second):
				}
			}
			if b.done != nil {
				close(b.done)
			}
		}
	}
}

// write hands rows over.
func (w *rowWriter) write(ctx context.Context, ops []statedb.KeyOp) error {
	return w.send(ctx, rowBatch{ops: ops})
}

// sync waits until all that was handed over is written.
func (w *rowWriter) sync(ctx context.Context) error {
	done := make(chan struct{})
	if err := w.send(ctx, rowBatch{done: done}); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *rowWriter) send(ctx context.Context, b rowBatch) error {
	select {
	case w.queue <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
