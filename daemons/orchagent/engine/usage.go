package engine

import (
	"context"
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

// Countable is a kind of objects whose number matters to an operator.
type Countable struct {
	Type sai.ObjectType
	V6   bool // of a type that has an address family: the IPv6 ones
}

// Usage says how full the ASIC is.
type Usage struct {
	Used map[Countable]int
	// Free is what the ASIC says of its attributes. One that it does not have
	// is missing.
	Free map[sai.AttrID]uint64
}

// ask is a question to the engine.
type ask struct {
	attrs []sai.AttrID
	reply chan<- Usage // of one element
}

// Usage counts what is in the ASIC, and asks it for attributes of the switch
// that say how much more fits. It waits while the engine is busy.
func (e *Engine) Usage(ctx context.Context, attrs []sai.AttrID) (Usage, error) {
	reply := make(chan Usage, 1)
	select {
	case e.asks <- ask{attrs, reply}:
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
	u := Usage{Used: e.used(), Free: make(map[sai.AttrID]uint64, len(q.attrs))}
	defer func() { q.reply <- u }() // also when the ASIC is lost: the asker waits
	for _, id := range q.attrs {
		n, ok, err := e.ASIC.SwitchNumber(ctx, id)
		if err != nil {
			return err
		}
		if ok {
			u.Free[id] = n
		}
	}
	return nil
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
		}
		used[c]++
	}
	return used
}

func isV6(a netip.Addr) bool { return a.Is6() && !a.Is4In6() }
