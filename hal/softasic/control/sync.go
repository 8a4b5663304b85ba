package control

import (
	"fmt"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// syncChunk is how many objects are restated in one call.
const syncChunk = 8192

// Sync states a restored store to a pipeline that may have forwarded all along:
// what is there already stays undisturbed, what is not in the store goes, and
// learned FDB entries come back into the store. Call it before the store gets
// this Control as its backend and before Run.
func (c *Control) Sync(store *strict.Store) error {
	if err := c.cfg.Plane.BeginSync(); err != nil {
		return fmt.Errorf("begin restatement: %w", err)
	}
	store.Read(func(v strict.View) {
		c.syncing, c.plane.restate = true, true
		c.prime(v)
		for _, t := range order {
			c.restate(v, t)
		}
		c.syncing, c.plane.restate = false, false
	})
	if err := c.cfg.Plane.EndSync(); err != nil {
		return fmt.Errorf("end restatement: %w", err)
	}
	return c.relearn(store)
}

// prime fills the index from the whole store, so that each object is stated
// complete at once: a port that lost its router interface until that is stated
// too would bridge what it should route.
func (c *Control) prime(v strict.View) {
	c.idx = newIndex()
	v.Each(sai.ObjectTypePort, func(o sai.Object) {
		if !isCPU(v, o) {
			c.idx.ports[portID(o.OID)] = o.OID
		}
	})
	v.Each(sai.ObjectTypeLAG, func(o sai.Object) { c.idx.lags[portID(o.OID)] = o.OID })
	v.Each(sai.ObjectTypeLAGMember, func(o sai.Object) {
		c.idx.portLAG[v.Value(o, sai.LAGMemberAttrPortID).OID()] = o.OID
	})
	v.Each(sai.ObjectTypeVLAN, func(o sai.Object) { c.idx.vlans[vid(v, o.OID)] = o.OID })
	v.Each(sai.ObjectTypeBridgePort, func(o sai.Object) { c.idx.portBridge[bridgedPort(v, o.OID)] = o.OID })
	v.Each(sai.ObjectTypeHostif, func(o sai.Object) {
		owner := v.Value(o, sai.HostifAttrObjID).OID()
		if owners := c.hostifOwners(owner); owners != nil {
			owners[owner] = o.OID
		}
	})
	v.Each(sai.ObjectTypeRouterInterface, func(o sai.Object) {
		ch := strict.Change{Object: o}
		owner, owners, err := c.rifOwner(v, ch)
		switch {
		case err == nil && owners != nil:
			owners[owner] = o.OID
		case err == nil && isSubport(v, ch):
			c.idx.subports[o.OID] = owner
		}
	})
	v.Each(sai.ObjectTypeL2MCGroupMember, func(o sai.Object) {
		group, out := outputOf(v, strict.Change{Object: o})
		c.idx.outputs[group] = withOutput(c.idx.outputs[group], out)
	})
	v.Each(sai.ObjectTypeNextHopGroupMember, func(o sai.Object) {
		group := v.Value(o, sai.NextHopGroupMemberAttrNextHopGroupID).OID()
		c.idx.groups[group] = insert(c.idx.groups[group], pathOf(v, strict.Change{Object: o}))
	})
	v.Each(sai.ObjectTypeNeighborEntry, func(o sai.Object) {
		slot := uint32(v.Value(o, sai.NeighborEntryAttrEncapIndex).Uint())
		c.idx.slots.claim(slot)
		c.idx.neighbors[hopOfNeighbor(o)] = slot
	})
}

func (c *Control) restate(v strict.View, t sai.ObjectType) {
	var chunk []strict.Change
	v.Each(t, func(o sai.Object) {
		attrs, _ := v.Attrs(o)
		if chunk = append(chunk, strict.Change{Object: o, Attrs: attrs}); len(chunk) == syncChunk {
			c.restateChunk(v, chunk)
			chunk = chunk[:0]
		}
	})
	c.restateChunk(v, chunk)
}

func (c *Control) restateChunk(v strict.View, chunk []strict.Change) {
	if len(chunk) == 0 {
		return
	}
	for i, st := range c.Apply(v, strict.OpCreate, chunk, false) {
		if st != sai.StatusSuccess {
			c.cfg.Log.Error("restate object", "object", describe(chunk[i].Object), "status", st.String())
		}
	}
}

// relearn takes the pipeline's dynamic entries into the store.
func (c *Control) relearn(store *strict.Store) error {
	entries, err := c.cfg.Plane.FDBEntries()
	if err != nil {
		return fmt.Errorf("read fdb: %w", err)
	}
	for _, e := range entries {
		if e.Static {
			continue
		}
		var fe sai.FDBEntry
		var bp sai.ObjectID
		store.Read(func(v strict.View) {
			fe = sai.FDBEntry{Switch: v.Switch(), MAC: sai.MAC(e.MAC), BV: c.idx.vlans[e.VLAN]}
			bp = c.idx.bridgePortOn(e.Port)
		})
		store.Learn(fe, bp)
	}
	return nil
}
