package asicdb

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Loaded receives what the ASIC holds.
type Loaded struct {
	// Object gets every object with a key.
	Object func(*object.Object)
	// Route gets every route. Via is empty if the route does not forward, or
	// forwards to an object without a key; counter is mostly empty.
	Route func(vrf object.Key, prefix netip.Prefix, action sai.PacketAction, via, counter object.Key)
	// Learned gets every address that the ASIC learned by itself.
	Learned func(vlan object.Key, mac sai.MAC, port object.Key)
}

const scanCount = 2000

// Load reads all of ASIC_STATE.
func (a *ASIC) Load(ctx context.Context, to Loaded) error {
	if err := a.nameStrays(ctx); err != nil {
		return err
	}
	seen := make(map[sai.ObjectID]bool)
	iter := uint64(0)
	for {
		rows, next, err := a.db.Redis().Scan(ctx, iter, tableState+":*", scanCount).Result()
		if err != nil {
			return fmt.Errorf("scan %s: %w", tableState, err)
		}
		if err := a.loadRows(ctx, rows, to, seen); err != nil {
			return err
		}
		if iter = next; iter == 0 {
			break
		}
	}
	// A key whose object is not there was saved by a life that ended before
	// the object was made.
	for vid, k := range a.keys.key {
		switch {
		case seen[vid]:
		case a.keys.adopted[vid]:
			to.Object(&object.Object{Key: k, Type: TypeOf(vid), Origin: a.origin(k, vid)})
		default:
			a.keys.unbind(k)
		}
	}
	return a.keys.save(ctx)
}

func (a *ASIC) loadRows(ctx context.Context, rows []string, to Loaded, seen map[sai.ObjectID]bool) error {
	cmds := make([]*redis.MapStringStringCmd, len(rows))
	_, err := a.db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, row := range rows {
			cmds[i] = p.HGetAll(ctx, row)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", tableState, err)
	}
	for i, row := range rows {
		obj, err := text.DecodeObject(strings.TrimPrefix(row, tableState+":"))
		if err != nil {
			a.log.Warn("skip row", "row", row, "err", err)
			continue
		}
		if obj.Entry == nil {
			seen[obj.OID] = true
		}
		a.loadRow(obj, cmds[i].Val(), to)
	}
	return nil
}

func (a *ASIC) loadRow(obj sai.Object, fields map[string]string, to Loaded) {
	attrs := a.decode(obj, fields)
	switch e := obj.Entry.(type) {
	case nil:
		if k, ok := a.keys.key[obj.OID]; ok {
			o := &object.Object{Key: k, Type: obj.Type, Origin: a.origin(k, obj.OID)}
			a.fill(o, attrs)
			a.fillLanes(o, obj.OID)
			to.Object(o)
		}
	case sai.RouteEntry:
		a.loadRoute(e, attrs, to)
	case sai.NeighborEntry:
		if rif, ok := a.keys.key[e.RIF]; ok {
			o := &object.Object{Key: object.Neighbor(rif.Name(), e.IP), Type: obj.Type, Entry: object.Entry{Parent: rif, IP: e.IP}}
			a.fill(o, attrs)
			to.Object(o)
		}
	case sai.FDBEntry:
		a.loadFDB(e, attrs, to)
	case sai.L2MCEntry:
		a.loadMulticast(e, attrs, to)
	}
}

func (a *ASIC) decode(obj sai.Object, fields map[string]string) []sai.Attr {
	attrs := make([]sai.Attr, 0, len(fields))
	for name, value := range fields {
		if name == "NULL" {
			continue
		}
		at, err := text.DecodeAttr(obj.Type, name, value)
		if err != nil {
			a.log.Warn("skip attribute", "object", text.EncodeObject(obj), "err", err)
			continue
		}
		attrs = append(attrs, at)
	}
	return attrs
}

func (a *ASIC) fill(o *object.Object, attrs []sai.Attr) {
	for _, at := range attrs {
		o.SetAttr(a.keys.attr(at))
	}
}

// fillLanes adds the lanes that the row of a port which the switch made does
// not tell.
func (a *ASIC) fillLanes(o *object.Object, vid sai.ObjectID) {
	if lanes, ok := a.lanes[vid]; ok && o.Attr(sai.PortAttrHwLaneList) == nil {
		o.SetAttr(object.Val(sai.PortAttrHwLaneList, lanes))
	}
}

func (a *ASIC) loadRoute(e sai.RouteEntry, attrs []sai.Attr, to Loaded) {
	vr, ok := a.keys.key[e.VR]
	if !ok {
		return
	}
	action, via, counter := sai.PacketActionForward, object.Key(""), object.Key("")
	for _, at := range attrs {
		switch at.ID {
		case sai.RouteEntryAttrPacketAction:
			action = sai.PacketAction(at.Value.Enum())
		case sai.RouteEntryAttrNextHopID:
			via = a.keys.key[at.Value.OID()]
		case sai.RouteEntryAttrCounterID:
			counter = a.keys.key[at.Value.OID()]
		}
	}
	to.Route(vr, e.Destination, action, via, counter)
}

func (a *ASIC) loadFDB(e sai.FDBEntry, attrs []sai.Attr, to Loaded) {
	vlan, ok := a.keys.key[e.BV]
	if !ok {
		return
	}
	o := &object.Object{Type: sai.ObjectTypeFDBEntry, Entry: object.Entry{Parent: vlan, MAC: e.MAC}}
	a.fill(o, attrs)
	if t := o.Attr(sai.FDBEntryAttrType); t == nil || sai.FDBEntryType(t.Value.Enum()) == sai.FDBEntryTypeDynamic {
		to.Learned(vlan, e.MAC, refOf(o, sai.FDBEntryAttrBridgePortID))
		return
	}
	o.Key = object.Key("fdb/" + vlan.Name() + "/" + e.MAC.String())
	to.Object(o)
}

func (a *ASIC) loadMulticast(e sai.L2MCEntry, attrs []sai.Attr, to Loaded) {
	vlan, ok := a.keys.key[e.BV]
	if !ok {
		return
	}
	entry := object.Entry{Parent: vlan, IP: e.Destination}
	if e.Type == sai.L2MCEntryTypeSg {
		entry.Source = e.Source
	}
	o := &object.Object{Key: object.Key("l2mcentry/" + vlan.Name() + "/" + object.Stream(entry.Source, entry.IP)), Type: sai.ObjectTypeL2MCEntry, Entry: entry}
	a.fill(o, attrs)
	to.Object(o)
}

func (a *ASIC) origin(k object.Key, vid sai.ObjectID) object.Origin {
	switch {
	case Stray(k) && TypeOf(vid) == sai.ObjectTypePort:
		return object.Spare
	case !a.keys.adopted[vid]:
		return object.Made
	case TypeOf(vid) == sai.ObjectTypePort && k != object.CPUPort:
		return object.Adopted
	}
	return object.Fixed
}
