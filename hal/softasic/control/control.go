package control

import (
	"fmt"
	"log/slog"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// Config describes the hardware that control is given.
type Config struct {
	Plane Plane
	Ports []FrontPort // the front panel
	MAC   sai.MAC     // base address, used until the switch is given another
	Log   *slog.Logger
	// Notify takes what clients should hear. It is called with the store's
	// lock held or from Run and must not block.
	Notify func(wire.Notification)
}

// FrontPort is a socket of the front panel. A port has some of its lanes, one
// after the other.
type FrontPort struct {
	Lanes []uint32
	// Netdevs are the devices behind a port by its first lane; a lane without
	// one is a socket without a wire.
	Netdevs []string
}

// Control is the strict.Backend of the software ASIC. The store's lock is its
// lock.
type Control struct {
	cfg   Config
	kinds map[sai.ObjectType]kind
	idx   index
	plane *ledger

	syncing bool // restating a store after a restart
}

var _ strict.Backend = (*Control)(nil)

// kind is how objects of one type reach the data plane. A nil set refuses
// every change; a nil create or remove has nothing to do.
type kind struct {
	attrs  []sai.AttrID // those with an effect, or rightly without one
	create func(strict.View, strict.Change) error
	set    func(strict.View, strict.Change) error
	remove func(strict.View, strict.Change) error
}

// New returns a control without any objects.
func New(cfg Config) *Control {
	c := &Control{cfg: cfg, idx: newIndex(), plane: newLedger(cfg.Plane)}
	c.kinds = c.makeKinds()
	return c
}

// Limits are the table sizes of the pipeline, for strict.Options.
func Limits() map[sai.ObjectType]int {
	return map[sai.ObjectType]int{
		sai.ObjectTypePort:            dataplane.MaxPort,
		sai.ObjectTypeLAG:             int(dataplane.LastLAG - dataplane.FirstLAG + 1),
		sai.ObjectTypeVLAN:            dataplane.MaxVLAN,
		sai.ObjectTypeSTP:             dataplane.MaxSTP + 1,
		sai.ObjectTypeRouterInterface: dataplane.MaxRIF,
		sai.ObjectTypeHostif:          dataplane.MaxHostif,
		sai.ObjectTypePolicer:         dataplane.MaxLimit,
		sai.ObjectTypeVirtualRouter:   dataplane.MaxVRF + 1,
		sai.ObjectTypeNextHop:         maxNextHops,
		sai.ObjectTypeNextHopGroup:    dataplane.MaxGroup,
		sai.ObjectTypeNeighborEntry:   maxNeighbors,
		sai.ObjectTypeFDBEntry:        1 << 16,
		sai.ObjectTypeRouteEntry:      1 << 21,
		sai.ObjectTypeCounter:         MaxFlowCounters,
		sai.ObjectTypeDebugCounter:    len(families) * MaxDebugCounters,
		sai.ObjectTypeL2MCEntry:       dataplane.MaxStreams,
		// Nothing of these can be made yet, and the switch should say so.
		sai.ObjectTypeIpmcEntry:  0,
		sai.ObjectTypeMySidEntry: 0,
	}
}

// Apply implements strict.Backend.
func (c *Control) Apply(v strict.View, op strict.Op, changes []strict.Change, stopOnError bool) []sai.Status {
	if changes[0].Object.Type == sai.ObjectTypeRouteEntry {
		return c.applyRoutes(v, op, changes, stopOnError)
	}
	out := make([]sai.Status, len(changes))
	for i := range changes {
		if i > 0 && stopOnError && out[i-1] != sai.StatusSuccess {
			out[i] = sai.StatusNotExecuted
			continue
		}
		out[i] = c.apply(v, op, changes[i])
	}
	return out
}

func (c *Control) apply(v strict.View, op strict.Op, ch strict.Change) sai.Status {
	k, ok := c.kinds[ch.Object.Type]
	if !ok {
		return sai.StatusNotSupported
	}
	do := k.remove
	if op != strict.OpRemove {
		if st := k.accepts(ch); st != sai.StatusSuccess {
			return st
		}
		if do = k.create; op == strict.OpSet {
			do = k.set
		}
	}
	if do == nil {
		return sai.StatusSuccess
	}
	c.plane.begin()
	err := do(v, ch)
	if err != nil {
		c.plane.rollback(c.cfg.Log)
	}
	st := statusOf(err)
	if st == sai.StatusFailure {
		c.cfg.Log.Error("data plane refused", "op", op.String(), "object", describe(ch.Object), "err", err)
	}
	return st
}

// accepts refuses attributes that the pipeline has no use for, unless their
// value is the default and so asks for nothing.
func (k *kind) accepts(ch strict.Change) sai.Status {
	meta, _ := sai.ObjectTypeInfo(ch.Object.Type)
	for i, a := range ch.Attrs {
		m := meta.Attr(a.ID)
		if m.ReadOnly || k.has(a.ID) || m.HasDefault && m.Default.Equal(a.Value) {
			continue
		}
		return sai.StatusAttrNotSupported0 - sai.Status(i)
	}
	return sai.StatusSuccess
}

func (k *kind) has(id sai.AttrID) bool {
	for _, x := range k.attrs {
		if x == id {
			return true
		}
	}
	return false
}

func describe(o sai.Object) string {
	if o.Entry != nil {
		return fmt.Sprintf("%s %v", o.Type, o.Entry)
	}
	return fmt.Sprintf("%s %s", o.Type, o.OID)
}
