package bgptest_test

import (
	"testing"

	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// FuzzUpdate reads UPDATEs as sessions do (internal/tools/repair). What is let in is good when it is sent on, and what is not leaves no route behind.
func FuzzUpdate(f *testing.F) {
	families := map[bgp.RouteFamily]bgp.BGPAddPathMode{bgp.RF_IPv4_UC: 0, bgp.RF_IPv6_UC: 0, bgp.RF_EVPN: 0}
	if options(false, false, true, families) == nil {
		f.Skip("the library is not repaired: make programs")
	}
	for _, m := range seeds() {
		raw, err := m.Body.Serialize()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, byte(2))
	}
	f.Fuzz(func(t *testing.T, raw []byte, kind byte) {
		o := options(kind&1 != 0, kind&5 == 4, kind&2 != 0, families)
		update := &bgp.BGPUpdate{}
		err := update.DecodeFromBytes(raw, o)
		how := bgp.ERROR_HANDLING_NONE
		if err != nil {
			how = err.(*bgp.MessageError).ErrorHandling
		}
		switch how {
		case bgp.ERROR_HANDLING_NONE, bgp.ERROR_HANDLING_ATTRIBUTE_DISCARD:
			good(t, update, families)
		case bgp.ERROR_HANDLING_TREAT_AS_WITHDRAW:
			routes := len(update.NLRI) + len(update.WithdrawnRoutes)
			if w := bgp.TreatAsWithdraw(update); len(w.NLRI) != 0 || len(w.WithdrawnRoutes) != routes {
				t.Errorf("%d routes withdrawn, want %d", len(w.WithdrawnRoutes), routes)
			}
		case bgp.ERROR_HANDLING_SESSION_RESET:
		default:
			t.Errorf("%v is handled as %d", err, how)
		}
	})
}

// options are those of a session; nil: the library cannot be told.
func options(external, confederation, fourOctetAS bool, families map[bgp.RouteFamily]bgp.BGPAddPathMode) *bgp.MarshallingOption {
	o := &bgp.MarshallingOption{}
	agree, ok := any(o).(interface {
		Agree(external, confederation, fourOctetAS bool, families map[bgp.RouteFamily]bgp.BGPAddPathMode)
	})
	if !ok {
		return nil
	}
	agree.Agree(external, confederation, fourOctetAS, families)
	return o
}

// good reads what was let in as an internal neighbour with AS of four bytes would.
func good(t *testing.T, update *bgp.BGPUpdate, families map[bgp.RouteFamily]bgp.BGPAddPathMode) {
	for _, a := range update.PathAttributes {
		switch a := a.(type) {
		case *bgp.PathAttributeAggregator, *bgp.PathAttributeAs4Aggregator: // made one only afterwards
			continue
		case *bgp.PathAttributeMpReachNLRI:
			if len(a.Value) == 0 {
				continue
			}
		case *bgp.PathAttributePrefixSID, *bgp.PathAttributeTunnelEncap, *bgp.PathAttributeLs, *bgp.PathAttributePmsiTunnel, *bgp.PathAttributeAigp,
			*bgp.PathAttributeMpUnreachNLRI:
			continue // not of families with routes here
		}
		raw, err := a.Serialize()
		if err != nil {
			t.Fatalf("%s: %v", a.GetType(), err)
		}
		body := append([]byte{0, 0, byte(len(raw) >> 8), byte(len(raw))}, raw...)
		again := &bgp.BGPUpdate{}
		// What is missing around it is another matter than what is wrong with it.
		err = again.DecodeFromBytes(body, options(false, false, true, families))
		if e, ok := err.(*bgp.MessageError); ok && e.SubTypeCode != bgp.BGP_ERROR_SUB_MISSING_WELL_KNOWN_ATTRIBUTE {
			t.Errorf("%s was let in as % x: %v", a.GetType(), raw, err)
		}
	}
}

func seeds() []*bgp.BGPMessage {
	path := bgp.NewPathAttributeAsPath([]bgp.AsPathParamInterface{bgp.NewAs4PathParam(bgp.BGP_ASPATH_ATTR_TYPE_SEQ, []uint32{65001, 4200000000})})
	attrs := []bgp.PathAttributeInterface{bgp.NewPathAttributeOrigin(0), path, bgp.NewPathAttributeNextHop("10.0.0.2"), bgp.NewPathAttributeMultiExitDisc(5)}
	routes := []*bgp.IPAddrPrefix{bgp.NewIPAddrPrefix(24, "192.0.2.0")}
	six := []bgp.AddrPrefixInterface{bgp.NewIPv6AddrPrefix(48, "2001:db8::")}
	return []*bgp.BGPMessage{
		bgp.NewBGPUpdateMessage(nil, attrs, routes),
		bgp.NewBGPUpdateMessage(routes, nil, nil),
		bgp.NewBGPUpdateMessage(nil, []bgp.PathAttributeInterface{bgp.NewPathAttributeMpUnreachNLRI(six)}, nil),
		bgp.NewBGPUpdateMessage(nil, append(attrs[:2:2], bgp.NewPathAttributeMpReachNLRI("fc00::1", six), bgp.NewPathAttributeLargeCommunities([]*bgp.LargeCommunity{{ASN: 1}})), nil),
		bgp.NewBGPUpdateMessage(nil, append(attrs, bgp.NewPathAttributeAs4Path([]*bgp.As4PathParam{bgp.NewAs4PathParam(2, []uint32{70000})}),
			bgp.NewPathAttributeAggregator(uint16(bgp.AS_TRANS), "10.0.0.1"), bgp.NewPathAttributeAs4Aggregator(70000, "10.0.0.1")), routes),
	}
}
