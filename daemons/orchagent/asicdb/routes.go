package asicdb

import (
	"context"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Attributes of a route as bulk requests write them.
const (
	nextHopAttr   = "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID="
	counterAttr   = "SAI_ROUTE_ENTRY_ATTR_COUNTER_ID="
	actionAttr    = "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION="
	actionForward = actionAttr + "SAI_PACKET_ACTION_FORWARD"
	actionDrop    = actionAttr + "SAI_PACKET_ACTION_DROP"
	noNextHop     = nextHopAttr + "oid:0x0"
)

// PostRoutes queues changes of routes as bulk requests. The answers arrive
// with later Delivers; done is then called for each change. The slice must not
// be touched before.
func (a *ASIC) PostRoutes(ctx context.Context, changes []fib.Change, vrf func(fib.VRF) string, done func(fib.Change, sai.Status)) error {
	b := routeBatch{asic: a, vrf: vrf, viaText: make(map[object.Key]string)}
	for i := range changes {
		b.add(i, &changes[i])
	}
	for _, p := range []*routeBulk{&b.remove, &b.create, &b.first, &b.second} {
		if err := a.postBulk(ctx, p, changes, &b, done); err != nil {
			return err
		}
	}
	for _, i := range b.refused {
		done(changes[i], sai.StatusInvalidObjectID)
	}
	return nil
}

// routeBulk is one bulk request in the making.
type routeBulk struct {
	op     string
	values []string
	of     []int // index of each object's change
}

func (r *routeBulk) put(i int, id, attrs string) {
	r.values = append(r.values, id, attrs)
	r.of = append(r.of, i)
}

// routeBatch sorts changes into bulk requests. A route that changes its action
// and its next hop takes two sets, in the order that never forwards nowhere.
type routeBatch struct {
	asic                          *ASIC
	vrf                           func(fib.VRF) string
	remove, create, first, second routeBulk
	refused                       []int
	viaText                       map[object.Key]string
	failed                        map[int]sai.Status // of the first set
	more                          map[int]bool       // the second set is still to come
	buf                           []byte
}

func (b *routeBatch) add(i int, c *fib.Change) {
	id, ok := b.identity(c.Key)
	next, okVia := b.nextHop(c.New)
	if !ok || !okVia {
		b.refused = append(b.refused, i)
		return
	}
	switch c.Op {
	case fib.OpRemove:
		b.remove.op = opBulkRemove
		b.remove.put(i, id, "")
	case fib.OpCreate:
		b.create.op = opBulkCreate
		b.create.put(i, id, createAttrs(c.New, next))
	case fib.OpSet:
		b.set(i, id, c, next)
	}
}

func createAttrs(w fib.Way, next string) string {
	switch w.Action {
	case object.ActionDrop:
		return actionDrop
	case object.ActionCPU:
		return actionForward + "|" + next
	}
	return next
}

func (b *routeBatch) set(i int, id string, c *fib.Change, next string) {
	b.first.op, b.second.op = opBulkSet, opBulkSet
	if c.Counts() {
		counter, _ := b.asic.VID(c.New.Counter) // null without one
		b.first.put(i, id, counterAttr+counter.String())
		return
	}
	wasDrop, isDrop := c.Old.Action == object.ActionDrop, c.New.Action == object.ActionDrop
	if !wasDrop && !isDrop && !c.FromForeign() {
		b.first.put(i, id, next)
		return
	}
	if b.more == nil {
		b.more = make(map[int]bool)
	}
	b.more[i] = true
	if isDrop {
		b.first.put(i, id, actionDrop)
		b.second.put(i, id, noNextHop)
		return
	}
	b.first.put(i, id, next)
	b.second.put(i, id, actionForward)
}

// identity writes a route's entry. The virtual router must exist.
func (b *routeBatch) identity(k fib.Key) (string, bool) {
	vr, ok := b.asic.VID(object.VR(b.vrf(k.VRF())))
	buf, err := text.AppendEntry(b.buf[:0], sai.RouteEntry{Switch: SwitchVID, VR: vr, Destination: k.Prefix()})
	b.buf = buf
	return string(buf), ok && err == nil
}

func (b *routeBatch) nextHop(w fib.Way) (string, bool) {
	via := w.Via
	switch {
	case w.Action == object.ActionDrop || w == (fib.Way{}):
		return noNextHop, true
	case w.Action == object.ActionCPU:
		via = object.CPUPort
	}
	if s, ok := b.viaText[via]; ok {
		return s, true
	}
	vid, ok := b.asic.VID(via)
	if ok {
		b.viaText[via] = nextHopAttr + vid.String()
	}
	return b.viaText[via], ok
}

func (a *ASIC) postBulk(ctx context.Context, p *routeBulk, changes []fib.Change, b *routeBatch, done func(fib.Change, sai.Status)) error {
	n := len(p.of)
	if n == 0 {
		return nil
	}
	req := Request{Op: p.op, Key: "SAI_OBJECT_TYPE_ROUTE_ENTRY:" + strconv.Itoa(n), Values: p.values, Each: n}
	of, first := p.of, p == &b.first
	p.values = nil
	return a.Post(ctx, req, func(r Response) error {
		list, err := r.statuses(n)
		if err != nil {
			return err
		}
		for j, i := range of {
			b.answered(i, changes[i], list[j], first, done)
		}
		return nil
	})
}

// answered reports a change once its last set is answered; a failure of the
// first set counts.
func (b *routeBatch) answered(i int, c fib.Change, s sai.Status, first bool, done func(fib.Change, sai.Status)) {
	if first && b.more[i] {
		if s != sai.StatusSuccess {
			if b.failed == nil {
				b.failed = make(map[int]sai.Status)
			}
			b.failed[i] = s
		}
		return
	}
	if f, ok := b.failed[i]; ok {
		s = f
	}
	done(c, s)
}
