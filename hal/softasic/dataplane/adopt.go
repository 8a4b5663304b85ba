package dataplane

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
)

// adopt reads what an earlier run left in the kernel, so that setting it again
// disturbs nothing and EndSync knows what to remove. On fresh tables it finds
// nothing but settings to make.
func (p *Plane) adopt() error {
	if err := p.t.Config.Lookup(uint32(0), &p.settings); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	if p.cfg.Generic {
		p.settings.Generic = 1
	}
	if p.settings.FdbSeed == 0 {
		p.settings.FdbSeed = rand.Uint64() | 1
	}
	p.t.fdb.seed = p.settings.FdbSeed
	if p.settings.Epoch == 0 {
		p.settings.Epoch = 1
	}
	if err := p.putSettings(); err != nil {
		return err
	}
	if !p.t.adopted {
		return errors.Join(p.sweepHostifs(), p.sweepWires())
	}
	return errors.Join(p.adoptPorts(), p.adoptStorms(), p.adoptLimits(), p.adoptHostifs(), p.adoptSlots(), p.adoptVLANs(), p.adoptStreams(), p.adoptRIFs(), p.adoptAdjs(), p.adoptGroups(),
		p.fib4vrf.adopt(), p.fib6.adopt(), p.redistribute())
}

// scanArray reads an array map from start to end.
func scanArray[V any](m *ebpf.Map, see func(i uint32, v V)) error {
	var at ebpf.MapBatchCursor
	room := min(4096, m.MaxEntries())
	k, v := make([]uint32, room), make([]V, room)
	for {
		n, err := m.BatchLookup(&at, k, v, nil)
		for i := range n {
			see(k[i], v[i])
		}
		if errors.Is(err, ebpf.ErrKeyNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", m, err)
		}
	}
}

func (p *Plane) adoptPorts() error {
	return scanArray(p.t.Ports, func(i uint32, v pipelinePort) {
		if v.Flags&portPresent != 0 {
			p.lags[PortID(i)] = LAG{RIF: RIFID(v.Rif), Hostif: HostifID(v.Hostif)}
		}
		if v.Ifindex == 0 || i > MaxPort {
			return
		}
		r := &portRow{ifindex: int(v.Ifindex), Port: Port{
			PVID: v.Pvid, RIF: RIFID(v.Rif), Hostif: HostifID(v.Hostif), BridgePort: v.Flags&portBridge != 0,
			DropUntagged: v.Flags&portDropUntagged != 0, DropTagged: v.Flags&portDropTagged != 0,
			LearnDisabled: v.Flags&portNoLearn != 0, KnownOnly: v.Flags&portKnownOnly != 0,
		}}
		r.member = LAGMember{PortID(v.Lag), v.Flags&portCollects != 0, v.Flags&portDistributes != 0}
		r.up = p.deviceUp(r.ifindex)
		p.ports[PortID(i)] = r
	})
}

func (p *Plane) adoptVLANs() error {
	var unknown error
	err := scanArray(p.t.Vlans, func(i uint32, v pipelineVlan) {
		if v.Flags&vlanPresent == 0 {
			return
		}
		r := newVLANRow(VLAN{RIF: RIFID(v.Rif), Hostif: HostifID(v.Hostif), STP: STPID(v.Stp),
			Snoop4: Snooping{v.Flags&vlanGroups4 != 0, v.Flags&vlanSources4 != 0},
			Snoop6: Snooping{v.Flags&vlanGroups6 != 0, v.Flags&vlanSources6 != 0}})
		for id := PortID(1); id <= LastLAG; id++ {
			word, shift := id/64, id%64
			if v.Member[word]>>shift&1 == 0 {
				continue
			}
			r.members[id] = v.Tagged[word]>>shift&1 != 0
			key := stpKey{r.STP, id}
			switch {
			case v.Learn[word]>>shift&1 == 0:
				p.stp[key] = STPBlocking
			case v.Forward[word]>>shift&1 == 0:
				p.stp[key] = STPLearning
			default:
				p.stp[key] = STPForwarding
			}
		}
		p.vlans[uint16(i)] = r
		unknown = errors.Join(unknown, p.adoptUnknown(r, v))
	})
	return errors.Join(err, unknown)
}

func (p *Plane) adoptRIFs() error {
	return scanArray(p.t.Rifs, func(i uint32, v pipelineRif) {
		if v.Kind == 0 {
			return
		}
		r := RIF{Kind: RIFKind(v.Kind), Port: PortID(v.Port), VLAN: v.Vlan}
		p.rifs[RIFID(i)] = r
		if r.Kind == RIFSub {
			p.subports[r.Port]++
		}
	})
}

func (p *Plane) adoptAdjs() error {
	return scanArray(p.t.Adjs, func(i uint32, v pipelineAdj) {
		if v.Action != 0 {
			a := Adj{Action: AdjAction(v.Action), RIF: RIFID(v.Rif), MAC: v.Mac}
			switch a.Action {
			case AdjGroup:
				a.RIF, a.Group = 0, GroupID(v.Rif)
			case AdjCounted:
				a = Adj{Action: AdjCounted, Counter: RouteCounterID(v.Rif), Next: AdjID(binary.NativeEndian.Uint32(v.Mac[:]))}
			}
			p.adjs[AdjID(i)] = a
		}
	})
}

// adoptGroups keeps the slots of groups: a flow goes on where it went. That a slot
// was not at home is forgotten.
func (p *Plane) adoptGroups() error {
	return scanArray(p.t.Groups, func(i uint32, v pipelineGroup) {
		if v.Adj != [groupSlots]uint32{} {
			p.groups[GroupID(i)] = &groupRow{home: v.Adj, slots: v.Adj}
		}
	})
}

// adoptHostifs finds the host interfaces by the names of their hidden ends.
func (p *Plane) adoptHostifs() error {
	devices, err := p.spaces.siliconNl.LinkList()
	if err != nil {
		return fmt.Errorf("list devices: %w", err)
	}
	for _, d := range devices {
		a := d.Attrs()
		number, ok := strings.CutPrefix(a.Name, "h-")
		id, err := strconv.ParseUint(number, 10, 16)
		if !ok || err != nil || d.Type() != "veth" || id == 0 || id > MaxHostif {
			continue
		}
		var row pipelineIface
		m := p.t.Ifaces
		if a.Index >= ifacesNear {
			m = p.t.IfacesFar
		}
		if err := ignoreMissing(m.Lookup(uint32(a.Index), &row)); err != nil {
			return fmt.Errorf("read interface %d: %w", a.Index, err)
		}
		p.hostifs[HostifID(id)] = &hostifRow{ifindex: a.Index,
			Hostif: Hostif{Port: PortID(row.Port), VLAN: row.Vlan, AdminUp: a.RawFlags&iffUp != 0}}
	}
	return nil
}

// sweepHostifs removes devices of a run whose tables are gone.
func (p *Plane) sweepHostifs() error {
	if err := p.adoptHostifs(); err != nil {
		return err
	}
	var err error
	for id := range p.hostifs {
		err = errors.Join(err, p.deleteHostif(id))
	}
	return err
}
