package engine

import (
	"context"
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

// Countable is a kind of objects whose number matters to an operator.
type Countable struct {
	Type sai.ObjectType
	V6   bool            // of a type that has an address family: the IPv6 ones
	Hop  sai.NextHopType // of next hops: those that are not to IP neighbours
}

// Capacity is a question about how much more fits: a number that the switch tells
// of itself, or without one, the room for objects of a type with attributes.
type Capacity struct {
	Switch sai.AttrID
	Type   sai.ObjectType
	Attrs  []sai.Attr
}

// Usage says how full the ASIC is.
type Usage struct {
	Used map[Countable]int
	// Free answers the questions, in order; nil where the ASIC does not tell.
	Free []*uint64
}

// ask is a question to the engine.
type ask struct {
	about []Capacity
	reply chan<- Usage // of one element
}

// Usage counts what is in the ASIC, and asks it how much more fits. It waits while
// the engine is busy.
func (e *Engine) Usage(ctx context.Context, about []Capacity) (Usage, error) {
	reply := make(chan Usage, 1)
	select {
	case e.asks <- ask{about, reply}:
	case <-ctx.Done():
		return Usage{}, ctx.Err()
	}
	select {
	case u := <-reply:
		return u, nil
	case <-ctx.Done():
		return Usage{}, ctx.Err()
	}
}

func (e *Engine) answer(ctx context.Context, q ask) error {
	u := Usage{Used: e.used(), Free: make([]*uint64, len(q.about))}
	defer func() { q.reply <- u }() // also when the ASIC is lost: the asker waits
	for i, c := range q.about {
		n, ok, err := e.capacity(ctx, c)
		if err != nil {
			return err
		}
		if ok {
			u.Free[i] = &n
		}
	}
	return nil
}

func (e *Engine) capacity(ctx context.Context, c Capacity) (n uint64, ok bool, err error) {
	if c.Type == sai.ObjectTypeNull {
		return e.ASIC.SwitchNumber(ctx, c.Switch)
	}
	return e.ASIC.Availability(ctx, c.Type, c.Attrs...)
}

func (e *Engine) used() map[Countable]int {
	routes := e.routes.Counts()
	used := map[Countable]int{
		{Type: sai.ObjectTypeRouteEntry}:           routes.Applied - routes.V6,
		{Type: sai.ObjectTypeRouteEntry, V6: true}: routes.V6,
		{Type: sai.ObjectTypeFDBEntry}:             len(e.learned),
	}
	for _, o := range e.actual {
		c := Countable{Type: o.Type}
		switch o.Type {
		case sai.ObjectTypeNeighborEntry:
			c.V6 = !o.Entry.IP.Is4()
		case sai.ObjectTypeNextHop:
			at := o.Attr(sai.NextHopAttrIP)
			c.V6 = at != nil && isV6(at.Value.Addr())
			if at := o.Attr(sai.NextHopAttrType); at != nil {
				c.Hop = sai.NextHopType(at.Value.Enum())
			}
		}
		used[c]++
	}
	return used
}

func isV6(a netip.Addr) bool { return a.Is6() && !a.Is4In6() }
