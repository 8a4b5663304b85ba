package strict

import "github.com/heddle-nos/heddle/sai"

// defaults are the objects that come with the switch.
type defaults struct {
	cpu, vlan, router, stp, bridge, trapGroup sai.ObjectID
	ecmpHash, lagHash                         sai.ObjectID
}

// createSwitches creates the switch or connects to the one that exists.
func (s *Store) createSwitches(objs []sai.NewObject, stopOnError bool) []sai.Status {
	b := newBatch(OpCreate, len(objs))
	for i := range objs {
		objs[i].Object = sai.ObjectOf(sai.ObjectTypeSwitch, s.sw)
		st := s.fault(OpCreate, objs[i].Object, objs[i].Attrs)
		if st == sai.StatusSuccess {
			st = s.createSwitch(&objs[i])
		}
		if !b.record(i, st, stopOnError) {
			break
		}
	}
	return b.status
}

func (s *Store) createSwitch(n *sai.NewObject) sai.Status {
	sc := s.schemaOf(sai.ObjectTypeSwitch)
	if st := s.checkCreate(sc, n.Attrs); st != sai.StatusSuccess {
		return st
	}
	if s.sw != sai.NullObjectID {
		n.OID = s.sw
		return s.connect(n.Attrs)
	}
	attrs := sorted(n.Attrs)
	n.OID = s.table(sc).ids.alloc()
	s.sw = n.OID
	s.insert(sc, n.Object, attrs, nil)
	s.tables[sai.ObjectTypeSwitch].byOID[n.OID].permanent = true
	self := []Change{{Object: n.Object, Attrs: attrs}}
	groups := append([][]Change{self}, s.makeDefaults()...)
	for _, changes := range groups {
		if st := s.tell(OpCreate, changes); st != sai.StatusSuccess {
			s.tell(OpRemove, self)
			s.clear()
			n.OID = sai.NullObjectID
			return st
		}
	}
	for _, changes := range groups {
		done := newBatch(OpCreate, len(changes))
		for i := range changes {
			done.status[i] = done.add(i, changes[i])
		}
		s.commit(done)
	}
	return sai.StatusSuccess
}

// staysUp tells whether a removal of the switch only ends the control of it: a
// warm restart was announced, or the data plane is to outlive it.
func (s *Store) staysUp(sw sai.Object) bool {
	warm, _ := s.value(sw, sai.SwitchAttrRestartWarm)
	ends, _ := s.value(sw, sai.SwitchAttrUninitDataPlaneOnRemoval)
	return warm.Bool() || !ends.Bool()
}

// connect applies the settable attributes of a second creation. What was said
// about the end of the control before it no longer holds.
func (s *Store) connect(attrs []sai.Attr) sai.Status {
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, s.sw)
	meta := s.schemaOf(sai.ObjectTypeSwitch).meta
	var said []sai.Attr
	for _, id := range []sai.AttrID{sai.SwitchAttrRestartWarm, sai.SwitchAttrUninitDataPlaneOnRemoval, sai.SwitchAttrPreShutdown} {
		if v, _ := s.value(sw, id); !v.Equal(meta.Attr(id).Default) {
			said = append(said, sai.Attr{ID: id, Value: meta.Attr(id).Default})
		}
	}
	for _, a := range append(said, attrs...) {
		if !meta.Attr(a.ID).Settable {
			continue
		}
		b := newBatch(OpSet, 1)
		b.status[0] = s.stageSet(b, 0, sw, a)
		if s.apply(b, false); b.status[0] != sai.StatusSuccess {
			return b.status[0]
		}
	}
	return sai.StatusSuccess
}

// tell passes on changes that are in the store already; all must succeed.
func (s *Store) tell(op Op, changes []Change) sai.Status {
	if s.opt.Backend == nil || len(changes) == 0 {
		return sai.StatusSuccess
	}
	for _, st := range s.opt.Backend.Apply(View{s}, op, changes, true) {
		if st != sai.StatusSuccess {
			return st
		}
	}
	return sai.StatusSuccess
}

// makeDefaults puts into the store what exists once a switch is initialised:
// default router, STP instance, trap group, 1Q bridge and VLAN 1, the hashes, the
// ports, and each port as an untagged member of VLAN 1. It returns them by type, in an
// order in which everything comes after what it refers to.
func (s *Store) makeDefaults() [][]Change {
	router := s.make(sai.ObjectTypeVirtualRouter, true)
	stp := s.make(sai.ObjectTypeSTP, true)
	group := s.make(sai.ObjectTypeHostifTrapGroup, true)
	bridge := s.make(sai.ObjectTypeBridge, true, sai.Attr{ID: sai.BridgeAttrType, Value: sai.Enum(sai.BridgeType1Q)})
	s.def = defaults{router: router.Object.OID, stp: stp.Object.OID, trapGroup: group.Object.OID, bridge: bridge.Object.OID}
	hashes := []Change{s.make(sai.ObjectTypeHash, true), s.make(sai.ObjectTypeHash, true)}
	s.def.ecmpHash, s.def.lagHash = hashes[0].Object.OID, hashes[1].Object.OID
	vlan := s.make(sai.ObjectTypeVLAN, true, sai.Attr{ID: sai.VLANAttrVLANID, Value: sai.U16(1)})
	s.def.vlan = vlan.Object.OID
	var ports, bridgePorts, members []Change
	for _, p := range s.opt.Ports {
		port := s.make(sai.ObjectTypePort, false,
			sai.Attr{ID: sai.PortAttrType, Value: sai.Enum(sai.PortTypeLogical)},
			sai.Attr{ID: sai.PortAttrHwLaneList, Value: sai.U32List(p.Lanes)},
			sai.Attr{ID: sai.PortAttrSpeed, Value: sai.U32(p.Speed)})
		bp := s.make(sai.ObjectTypeBridgePort, false,
			sai.Attr{ID: sai.BridgePortAttrType, Value: sai.Enum(sai.BridgePortTypePort)},
			sai.Attr{ID: sai.BridgePortAttrPortID, Value: sai.OID(port.Object.OID)},
			sai.Attr{ID: sai.BridgePortAttrAdminState, Value: sai.Bool(true)})
		members = append(members, s.make(sai.ObjectTypeVLANMember, false,
			sai.Attr{ID: sai.VLANMemberAttrVLANID, Value: sai.OID(s.def.vlan)},
			sai.Attr{ID: sai.VLANMemberAttrBridgePortID, Value: sai.OID(bp.Object.OID)}))
		ports, bridgePorts = append(ports, port), append(bridgePorts, bp)
	}
	var made [][]Change
	for _, port := range ports {
		made = append(made, s.makeParts(port.Object.OID)...)
	}
	cpu := s.make(sai.ObjectTypePort, true, sai.Attr{ID: sai.PortAttrType, Value: sai.Enum(sai.PortTypeCPU)})
	s.def.cpu = cpu.Object.OID
	groups := [][]Change{{router}, {stp}, {group}, {bridge}, hashes, append(ports, cpu), bridgePorts, {vlan}, members}
	return append(groups, made...)
}

// make stores an object that the switch itself creates.
func (s *Store) make(t sai.ObjectType, permanent bool, attrs ...sai.Attr) Change {
	sc := s.schemaOf(t)
	attrs = sorted(attrs)
	obj := sai.ObjectOf(t, s.table(sc).ids.alloc())
	s.insert(sc, obj, attrs, sc.uniqueKeys(attrs))
	s.tables[t].byOID[obj.OID].permanent = permanent
	return Change{Object: obj, Attrs: attrs}
}
