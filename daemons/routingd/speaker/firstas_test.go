package speaker_test

import (
	"testing"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// TestFirstAS: paths that do not begin with the neighbour's AS are kept out where that is asked for, and let in when it is not, without a reset.
func TestFirstAS(t *testing.T) {
	a, _ := pair(t)
	const row = "BGP_NEIGHBOR|default|127.1.0.1 asn=65003 passive_mode=true"
	a.clean(a.set(row + " enforce_first_as=true"))
	wait(t, "the router waits", func() bool { return a.peer("127.1.0.1").State.SessionState == api.PeerState_ACTIVE })
	s := meetStranger(t, "127.1.0.1", int(a.peer("127.0.0.2").Transport.RemotePort))
	announce := func(prefix string, path ...uint16) {
		s.write(bgp.NewBGPUpdateMessage(nil, []bgp.PathAttributeInterface{
			bgp.NewPathAttributeOrigin(0), bgp.NewPathAttributeNextHop("127.0.0.3"),
			bgp.NewPathAttributeAsPath([]bgp.AsPathParamInterface{bgp.NewAsPathParam(bgp.BGP_ASPATH_ATTR_TYPE_SEQ, path)}),
		}, []*bgp.IPAddrPrefix{bgp.NewIPAddrPrefix(24, prefix)}))
	}
	announce("192.0.2.0", 65009, 65003)
	announce("198.51.100.0", 65003, 65009)
	good := map[string]string{"198.51.100.0/24": "65003 65009"}
	a.expect("the path that begins with the AS", good)
	a.clean(a.set(row))
	a.expect("both paths", map[string]string{"198.51.100.0/24": "65003 65009", "192.0.2.0/24": "65009 65003"})
	a.clean(a.set(row + " enforce_first_as=true"))
	a.expect("the one again", good)
	if n := a.opens("127.1.0.1"); n != 1 {
		t.Errorf("the session was opened %d times", n)
	}
}
