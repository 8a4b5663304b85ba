package speaker

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/apiutil"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/yang/schema"
)

// peers lists all neighbours, or one: those that GoBGP has, and those that wait to be given to it. Counting what a peer is sent takes a
// pass over all routes; it is done on request.
func (v *shown) peers(ctx context.Context, only string, advertised bool) ([]bgpview.Neighbor, error) {
	r := &api.ListPeerRequest{EnableAdvertised: advertised}
	if r.Address = only; v.addrs[only] != "" {
		r.Address = v.addrs[only]
	}
	var out []bgpview.Neighbor
	seen := make(map[string]bool)
	err := v.server.ListPeer(ctx, r, func(p *api.Peer) {
		n := v.neighbor(p)
		seen[n.Neighbor] = true
		out = append(out, n)
	})
	if err != nil {
		return nil, err
	}
	for key, p := range v.want.Peers {
		if !seen[key] && (only == "" || only == key) {
			out = append(out, v.waiting(key, p))
		}
	}
	slices.SortFunc(out, func(a, b bgpview.Neighbor) int { return natural.Compare(a.Neighbor, b.Neighbor) })
	return out, nil
}

// waiting is a neighbour that GoBGP does not have yet.
func (v *shown) waiting(key string, p *bgpconf.Peer) bgpview.Neighbor {
	n := bgpview.Neighbor{VRF: vrfName(v.want.VRF), Internal: p.ASN == v.want.ASN, Peer: bgpview.Peer{
		Neighbor: key, Description: p.Description, Group: p.Group, ASN: p.ASN, LocalASN: p.LocalASN,
		State: "Idle", Shutdown: p.Shutdown, Seconds: -1, Error: v.refused[key],
	}}
	for f := range p.Families {
		n.Families = append(n.Families, bgpview.PeerFamily{Family: f})
	}
	slices.SortFunc(n.Families, func(a, b bgpview.PeerFamily) int { return cmp.Compare(a.Family, b.Family) })
	return n
}

// neighbor shows a peer of GoBGP.
func (v *shown) neighbor(p *api.Peer) bgpview.Neighbor {
	st := p.State
	key, configured := v.keys[st.NeighborAddress]
	if !configured {
		key = st.NeighborAddress
	}
	n := bgpview.Neighbor{
		VRF: vrfName(v.want.VRF), RemoteRouterID: st.RouterId,
		Internal: st.PeerAsn == st.LocalAsn, Password: p.Conf.AuthPassword != "",
		Established: uint64(st.Flops), Sent: messages(st.Messages.Sent), Got: messages(st.Messages.Received),
		Capabilities: capabilities(st.LocalCap, st.RemoteCap),
		Peer: bgpview.Peer{
			Neighbor: key, Address: st.NeighborAddress, Description: p.Conf.Description, Dynamic: !configured,
			ASN: st.PeerAsn, LocalASN: st.LocalAsn, State: stateNames[st.SessionState],
			Shutdown: st.AdminState == api.PeerState_DOWN, Seconds: since(p), OutQueue: uint64(st.OutQ), Error: v.refused[key],
			MsgReceived: st.Messages.Received.Total, MsgSent: st.Messages.Sent.Total,
		},
	}
	if st.AdminState == api.PeerState_PFX_CT {
		n.Error = "more prefixes than the limit"
	}
	if st.SessionState == api.PeerState_ESTABLISHED {
		n.Established++ // GoBGP counts those that ended
	}
	transport(&n, p)
	want := v.want.Peers[key]
	if want != nil {
		n.Description, n.Group, n.Shutdown = want.Description, want.Group, want.Shutdown
		n.Error = cmp.Or(want.Cut, n.Error)
		if want.BFD {
			n.BFD = bfdState(want.Watched)
		}
		if n.ASN == 0 {
			n.ASN = want.ASN
		}
	}
	if addr, err := netip.ParseAddr(key); err == nil && want == nil {
		if w, watched := v.want.Watched[addr]; watched {
			n.BFD = bfdState(w)
		}
	}
	v.showFamilies(&n, p, want)
	if g := p.GracefulRestart; g.Enabled {
		n.Graceful = &bgpview.GracefulState{
			PeerRestartTime: g.PeerRestartTime, PeerRestarting: g.PeerRestarting, LocalRestarting: g.LocalRestarting,
		}
	}
	return n
}

func bfdState(w bgpconf.Watched) *bgpview.BFDState {
	return &bgpview.BFDState{Multihop: w.Multihop, State: cmp.Or(w.State, "Unknown")}
}

func transport(n *bgpview.Neighbor, p *api.Peer) {
	t, c := p.Transport, p.Timers.Config
	n.HoldTime, n.KeepAlive, n.ConnectRetry = c.HoldTime, c.KeepaliveInterval, c.ConnectRetry
	if p.State.SessionState == api.PeerState_ESTABLISHED {
		n.LocalAddress, n.LocalPort, n.RemotePort = t.LocalAddress, t.LocalPort, t.RemotePort
		n.HoldTime, n.KeepAlive = p.Timers.State.NegotiatedHoldTime, p.Timers.State.KeepaliveInterval
	}
	if p.EbgpMultihop.Enabled {
		n.MultihopTTL = p.EbgpMultihop.MultihopTtl
	}
	if p.TtlSecurity.Enabled {
		n.MinTTL = p.TtlSecurity.TtlMin
	}
}

func (v *shown) showFamilies(n *bgpview.Neighbor, p *api.Peer, want *bgpconf.Peer) {
	for _, a := range p.AfiSafis {
		f, known := familyOf(a.Config.Family)
		if !known {
			continue
		}
		pf := bgpview.PeerFamily{
			Family:     f,
			Negotiated: p.State.SessionState == api.PeerState_ESTABLISHED && Offers(p.State.RemoteCap, a.Config.Family),
			Reflector:  p.RouteReflector.RouteReflectorClient,
		}
		if a.State != nil {
			pf.Received, pf.Accepted, pf.Advertised = a.State.Received, a.State.Accepted, a.State.Advertised
			if pf.Advertised > 0 && restarts(p.State.RemoteCap) {
				pf.Advertised-- // GoBGP counts the End-of-RIB that it would send
			}
		}
		if want != nil {
			w := want.Families[f]
			if want.Graceful.LongLived > 0 {
				pf.LongLived = longLived(p.State.RemoteCap, a.Config.Family)
			}
			pf.MaxPrefix, pf.RouteMapIn, pf.RouteMapOut, pf.NextHopSelf = w.MaxPrefix, w.RouteMapIn, w.RouteMapOut, w.NextHopSelf
		}
		n.Received, n.Accepted, n.Advertised = n.Received+pf.Received, n.Accepted+pf.Accepted, n.Advertised+pf.Advertised
		n.Families = append(n.Families, pf)
	}
	slices.SortFunc(n.Families, func(a, b bgpview.PeerFamily) int { return cmp.Compare(a.Family, b.Family) })
}

var stateNames = map[api.PeerState_SessionState]string{
	api.PeerState_UNKNOWN: "Idle", api.PeerState_IDLE: "Idle", api.PeerState_CONNECT: "Connect", api.PeerState_ACTIVE: "Active",
	api.PeerState_OPENSENT: "OpenSent", api.PeerState_OPENCONFIRM: "OpenConfirm", api.PeerState_ESTABLISHED: "Established",
}

// since is how long a session is up, or down; -1: it never was up.
func since(p *api.Peer) int64 {
	at := p.Timers.State.Downtime
	if p.State.SessionState == api.PeerState_ESTABLISHED {
		at = p.Timers.State.Uptime
	}
	return ago(at)
}

func ago(at *timestamppb.Timestamp) int64 {
	if at == nil || at.Seconds == 0 {
		return -1
	}
	return max(0, int64(time.Since(at.AsTime())/time.Second))
}

func messages(m *api.Message) bgpview.Messages {
	return bgpview.Messages{
		Open: m.Open, Update: m.Update, Notification: m.Notification, KeepAlive: m.Keepalive, Refresh: m.Refresh, Total: m.Total,
	}
}

// capabilities lists what either side offered, by name.
func capabilities(local, remote []*anypb.Any) []bgpview.Capability {
	found := make(map[string]*bgpview.Capability)
	note := func(list []*anypb.Any, mark func(*bgpview.Capability)) {
		caps, err := apiutil.UnmarshalCapabilities(list)
		if err != nil {
			return // GoBGP wrote them
		}
		for _, c := range caps {
			name := capabilityName(c)
			if found[name] == nil {
				found[name] = &bgpview.Capability{Name: name}
			}
			mark(found[name])
		}
	}
	note(local, func(c *bgpview.Capability) { c.Advertised = true })
	note(remote, func(c *bgpview.Capability) { c.Received = true })
	var out []bgpview.Capability
	for _, c := range found {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b bgpview.Capability) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func capabilityName(c bgp.ParameterCapabilityInterface) string {
	if m, ok := c.(*bgp.CapMultiProtocol); ok {
		return "multiprotocol " + m.CapValue.String()
	}
	if c.Code() == capExtendedMessage {
		return "extended message"
	}
	return strings.ReplaceAll(c.Code().String(), "-", " ")
}

// capExtendedMessage is a capability that GoBGP has no name for (RFC 8654).
const capExtendedMessage bgp.BGPCapabilityCode = 6

// Offers says whether a peer speaks a family; one that offers none speaks IPv4 (RFC 4760 section 8).
func Offers(caps []*anypb.Any, f *api.Family) bool {
	list, err := apiutil.UnmarshalCapabilities(caps)
	if err != nil {
		return false
	}
	some := false
	for _, c := range list {
		if m, ok := c.(*bgp.CapMultiProtocol); ok {
			some = true
			if m.CapValue == bgp.AfiSafiToRouteFamily(uint16(f.Afi), uint8(f.Safi)) {
				return true
			}
		}
	}
	return !some && f.Afi == api.Family_AFI_IP
}

// restarts says whether a peer can restart gracefully.
func restarts(caps []*anypb.Any) bool {
	list, err := apiutil.UnmarshalCapabilities(caps)
	return err == nil && slices.ContainsFunc(list, func(c bgp.ParameterCapabilityInterface) bool { return c.Code() == bgp.BGP_CAP_GRACEFUL_RESTART })
}

// longLived is how long a peer asks its routes of a family to be kept after a restart has taken too long (RFC 9494 section 3), in seconds.
func longLived(caps []*anypb.Any, f *api.Family) uint32 {
	list, err := apiutil.UnmarshalCapabilities(caps)
	if err != nil {
		return 0
	}
	for _, c := range list {
		l, ok := c.(*bgp.CapLongLivedGracefulRestart)
		if !ok {
			continue
		}
		for _, t := range l.Tuples {
			if uint32(t.AFI) == uint32(f.Afi) && uint32(t.SAFI) == uint32(f.Safi) {
				return t.RestartTime
			}
		}
	}
	return 0
}

func familyOf(f *api.Family) (schema.BGPFamily, bool) {
	for _, name := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6, schema.BGPEVPN} {
		if a := apiFamily(name); a.Afi == f.Afi && a.Safi == f.Safi {
			return name, true
		}
	}
	return "", false
}
