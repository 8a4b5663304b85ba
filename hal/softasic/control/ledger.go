package control

import (
	"log/slog"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// ledger passes changes of rows on to the plane and remembers how to take them
// back, so that a SAI operation made of several either happens or does not. It
// keeps a copy of each row for that, and skips changes that change nothing.
type ledger struct {
	plane   Plane
	restate bool // pass on unchanged rows too: the plane is taking stock
	undo    []func() error

	ports   map[dataplane.PortID]dataplane.Port
	lags    map[dataplane.PortID]dataplane.LAG
	inLAG   map[dataplane.PortID]dataplane.LAGMember
	vlans   map[uint16]dataplane.VLAN
	members map[memberKey]bool
	streams map[streamKey][]dataplane.PortID
	stp     map[stpKey]dataplane.STPState
	hostifs map[dataplane.HostifID]dataplane.Hostif
	rifs    map[dataplane.RIFID]dataplane.RIF
	adjs    map[dataplane.AdjID]dataplane.Adj
	groups  map[dataplane.GroupID]dataplane.Group
	hashes  map[dataplane.HashKind]dataplane.Hash
	traps   map[dataplane.TrapKind]dataplane.Trap
	limits  map[dataplane.LimitID]dataplane.Limit
}

type memberKey struct {
	vid  uint16
	port dataplane.PortID
}

type streamKey struct {
	vid    uint16
	stream dataplane.Stream
}

type stpKey struct {
	instance dataplane.STPID
	port     dataplane.PortID
}

func newLedger(p Plane) *ledger {
	return &ledger{
		plane: p, ports: map[dataplane.PortID]dataplane.Port{}, lags: map[dataplane.PortID]dataplane.LAG{},
		inLAG: map[dataplane.PortID]dataplane.LAGMember{}, vlans: map[uint16]dataplane.VLAN{}, members: map[memberKey]bool{},
		streams: map[streamKey][]dataplane.PortID{}, stp: map[stpKey]dataplane.STPState{}, hostifs: map[dataplane.HostifID]dataplane.Hostif{}, rifs: map[dataplane.RIFID]dataplane.RIF{},
		adjs: map[dataplane.AdjID]dataplane.Adj{}, groups: map[dataplane.GroupID]dataplane.Group{}, hashes: map[dataplane.HashKind]dataplane.Hash{},
		traps: map[dataplane.TrapKind]dataplane.Trap{}, limits: map[dataplane.LimitID]dataplane.Limit{},
	}
}

// begin forgets how to take back what was done so far.
func (l *ledger) begin() { l.undo = l.undo[:0] }

// rollback takes back everything since begin, newest first.
func (l *ledger) rollback(log *slog.Logger) {
	for i := len(l.undo) - 1; i >= 0; i-- {
		if err := l.undo[i](); err != nil {
			log.Error("take back a change of the data plane", "err", err)
		}
	}
	l.undo = l.undo[:0]
}

// also registers how to take back something that is no row of the plane.
func (l *ledger) also(f func()) {
	l.undo = append(l.undo, func() error { f(); return nil })
}

// setRow changes a row.
func setRow[K, V comparable](l *ledger, rows map[K]V, k K, v V, set func(K, V) error, drop func(K) error) error {
	if old, had := rows[k]; had && old == v && !l.restate {
		return nil
	}
	return putRow(l, rows, k, v, set, drop)
}

// putRow changes a row, even to what it is.
func putRow[K comparable, V any](l *ledger, rows map[K]V, k K, v V, set func(K, V) error, drop func(K) error) error {
	old, had := rows[k]
	if err := set(k, v); err != nil {
		return err
	}
	rows[k] = v
	l.undo = append(l.undo, func() error {
		if had {
			rows[k] = old
			return set(k, old)
		}
		delete(rows, k)
		return drop(k)
	})
	return nil
}

// dropRow removes a row.
func dropRow[K comparable, V any](l *ledger, rows map[K]V, k K, set func(K, V) error, drop func(K) error) error {
	old, had := rows[k]
	if err := drop(k); err != nil {
		return err
	}
	delete(rows, k)
	l.undo = append(l.undo, func() error {
		if !had {
			return nil
		}
		rows[k] = old
		return set(k, old)
	})
	return nil
}

// put and cut change an index and register how to take that back.
func put[K comparable, V any](l *ledger, m map[K]V, k K, v V) {
	restore(l, m, k)
	m[k] = v
}

func cut[K comparable, V any](l *ledger, m map[K]V, k K) {
	restore(l, m, k)
	delete(m, k)
}

func restore[K comparable, V any](l *ledger, m map[K]V, k K) {
	old, had := m[k]
	l.also(func() {
		if delete(m, k); had {
			m[k] = old
		}
	})
}

func (l *ledger) SetPort(id dataplane.PortID, p dataplane.Port) error {
	return setRow(l, l.ports, id, p, l.plane.SetPort, l.plane.DeletePort)
}

func (l *ledger) DeletePort(id dataplane.PortID) error {
	return dropRow(l, l.ports, id, l.plane.SetPort, l.plane.DeletePort)
}

func (l *ledger) SetLAG(id dataplane.PortID, g dataplane.LAG) error {
	return setRow(l, l.lags, id, g, l.plane.SetLAG, l.plane.DeleteLAG)
}

func (l *ledger) DeleteLAG(id dataplane.PortID) error {
	return dropRow(l, l.lags, id, l.plane.SetLAG, l.plane.DeleteLAG)
}

func (l *ledger) SetLAGMember(id dataplane.PortID, m dataplane.LAGMember) error {
	return setRow(l, l.inLAG, id, m, l.plane.SetLAGMember, l.plane.DeleteLAGMember)
}

func (l *ledger) DeleteLAGMember(id dataplane.PortID) error {
	return dropRow(l, l.inLAG, id, l.plane.SetLAGMember, l.plane.DeleteLAGMember)
}

func (l *ledger) SetVLAN(vid uint16, v dataplane.VLAN) error {
	return setRow(l, l.vlans, vid, v, l.plane.SetVLAN, l.plane.DeleteVLAN)
}

func (l *ledger) DeleteVLAN(vid uint16) error {
	return dropRow(l, l.vlans, vid, l.plane.SetVLAN, l.plane.DeleteVLAN)
}

func (l *ledger) setMember(k memberKey, tagged bool) error {
	return l.plane.SetVLANMember(k.vid, k.port, tagged)
}

func (l *ledger) dropMember(k memberKey) error { return l.plane.DeleteVLANMember(k.vid, k.port) }

func (l *ledger) SetVLANMember(vid uint16, id dataplane.PortID, tagged bool) error {
	return setRow(l, l.members, memberKey{vid, id}, tagged, l.setMember, l.dropMember)
}

func (l *ledger) DeleteVLANMember(vid uint16, id dataplane.PortID) error {
	return dropRow(l, l.members, memberKey{vid, id}, l.setMember, l.dropMember)
}

func (l *ledger) setStream(k streamKey, ports []dataplane.PortID) error {
	return l.plane.SetStream(k.vid, k.stream, ports)
}

func (l *ledger) dropStream(k streamKey) error { return l.plane.DeleteStream(k.vid, k.stream) }

func (l *ledger) SetStream(k streamKey, ports []dataplane.PortID) error {
	if old, had := l.streams[k]; had && slices.Equal(old, ports) && !l.restate {
		return nil
	}
	return putRow(l, l.streams, k, ports, l.setStream, l.dropStream)
}

func (l *ledger) DeleteStream(k streamKey) error {
	return dropRow(l, l.streams, k, l.setStream, l.dropStream)
}

func (l *ledger) setSTP(k stpKey, s dataplane.STPState) error {
	return l.plane.SetSTPState(k.instance, k.port, s)
}

func (l *ledger) dropSTP(k stpKey) error { return l.plane.DeleteSTPState(k.instance, k.port) }

func (l *ledger) SetSTPState(i dataplane.STPID, id dataplane.PortID, s dataplane.STPState) error {
	return setRow(l, l.stp, stpKey{i, id}, s, l.setSTP, l.dropSTP)
}

func (l *ledger) DeleteSTPState(i dataplane.STPID, id dataplane.PortID) error {
	return dropRow(l, l.stp, stpKey{i, id}, l.setSTP, l.dropSTP)
}

func (l *ledger) SetHostif(id dataplane.HostifID, h dataplane.Hostif) error {
	return setRow(l, l.hostifs, id, h, l.plane.SetHostif, l.plane.DeleteHostif)
}

func (l *ledger) DeleteHostif(id dataplane.HostifID) error {
	return dropRow(l, l.hostifs, id, l.plane.SetHostif, l.plane.DeleteHostif)
}

func (l *ledger) SetRIF(id dataplane.RIFID, r dataplane.RIF) error {
	return setRow(l, l.rifs, id, r, l.plane.SetRIF, l.plane.DeleteRIF)
}

func (l *ledger) DeleteRIF(id dataplane.RIFID) error {
	return dropRow(l, l.rifs, id, l.plane.SetRIF, l.plane.DeleteRIF)
}

func (l *ledger) SetAdj(id dataplane.AdjID, a dataplane.Adj) error {
	return setRow(l, l.adjs, id, a, l.plane.SetAdj, l.plane.DeleteAdj)
}

func (l *ledger) DeleteAdj(id dataplane.AdjID) error {
	return dropRow(l, l.adjs, id, l.plane.SetAdj, l.plane.DeleteAdj)
}

func (l *ledger) SetGroup(id dataplane.GroupID, g dataplane.Group) error {
	old, had := l.groups[id]
	if had && slices.Equal(old.Paths, g.Paths) && slices.Equal(old.Buckets, g.Buckets) && old.Idle == g.Idle && !l.restate {
		return nil
	}
	return putRow(l, l.groups, id, g, l.plane.SetGroup, l.plane.DeleteGroup)
}

func (l *ledger) DeleteGroup(id dataplane.GroupID) error {
	return dropRow(l, l.groups, id, l.plane.SetGroup, l.plane.DeleteGroup)
}

func (l *ledger) dropTrap(k dataplane.TrapKind) error {
	return l.plane.SetTrap(k, dataplane.Trap{})
}

func (l *ledger) SetTrap(k dataplane.TrapKind, t dataplane.Trap) error {
	return setRow(l, l.traps, k, t, l.plane.SetTrap, l.dropTrap)
}

func (l *ledger) SetLimit(id dataplane.LimitID, m dataplane.Limit) error {
	return setRow(l, l.limits, id, m, l.plane.SetLimit, l.plane.DeleteLimit)
}

func (l *ledger) DeleteLimit(id dataplane.LimitID) error {
	return dropRow(l, l.limits, id, l.plane.SetLimit, l.plane.DeleteLimit)
}

// UpdateRoute changes one route; back is what takes it back.
func (l *ledger) UpdateRoute(vrf dataplane.VRFID, u, back dataplane.RouteUpdate) error {
	set := func(u dataplane.RouteUpdate) error {
		return firstError(l.plane.UpdateRoutes(vrf, []dataplane.RouteUpdate{u})...)
	}
	if err := set(u); err != nil {
		return err
	}
	l.undo = append(l.undo, func() error { return set(back) })
	return nil
}

func (l *ledger) SetFDB(vid uint16, mac dataplane.MAC, f dataplane.FDB) error {
	return l.plane.SetFDB(vid, mac, f)
}

func (l *ledger) DeleteFDB(vid uint16, mac dataplane.MAC) error { return l.plane.DeleteFDB(vid, mac) }

func (l *ledger) FlushFDB(f dataplane.FlushFilter) error {
	_, err := l.plane.FlushFDB(f)
	return err
}

func (l *ledger) dropHash(k dataplane.HashKind) error {
	return l.plane.SetHash(k, dataplane.DefaultHash(k))
}

func (l *ledger) SetHash(k dataplane.HashKind, h dataplane.Hash) error {
	return setRow(l, l.hashes, k, h, l.plane.SetHash, l.dropHash)
}

func (l *ledger) SetAgeing(d time.Duration) error { return l.plane.SetAgeing(d) }
