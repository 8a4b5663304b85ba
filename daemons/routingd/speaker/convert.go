package speaker

import (
	"maps"
	"math"
	"net/netip"
	"slices"
	"time"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/yang/schema"
)

// address is what GoBGP knows a peer by.
func address(p *bgpconf.Peer) string { return p.Addr.String() }

// apiPeer writes a peer as GoBGP has it.
func apiPeer(p *bgpconf.Peer, vrf string) *api.Peer {
	s := &p.Session
	transport := apiTransport(s, vrf)
	if p.Addr.Zone() != "" {
		// GoBGP would take the link-local address that it finds on the link, with the link's name in it, and then send routes with an
		// unspecified next hop. Without one of the configuration it sends what the connection has.
		transport.LocalAddress = netip.IPv6Unspecified().String()
	}
	return &api.Peer{
		Conf: &api.PeerConf{
			NeighborAddress: address(p), PeerAsn: p.ASN, LocalAsn: p.LocalASN, Description: p.Description,
			AuthPassword: p.Password, AdminDown: p.Down(), RemovePrivate: removePrivate(s),
			AllowOwnAsn:    math.MaxUint8, // the policy looks at that: GoBGP would keep the path that such a one replaces
			ReplacePeerAsn: p.Override,
		},
		Timers: apiTimers(s), Transport: transport,
		EbgpMultihop: apiMultihop(s), TtlSecurity: apiSecurity(s), RouteReflector: apiReflector(s),
		RouteServer:     &api.RouteServer{RouteServerClient: p.Server},
		GracefulRestart: apiGraceful(p.Graceful),
		AfiSafis:        apiFamilies(s, p.Families),
	}
}

// apiGroup writes a range of peers as GoBGP has it: a group that its peers become members of.
func apiGroup(p *bgpconf.Range, vrf string) *api.PeerGroup {
	s := &p.Session
	return &api.PeerGroup{
		Conf: &api.PeerGroupConf{
			PeerGroupName: bgpconf.RangeKey(p.Name), PeerAsn: p.ASN, LocalAsn: p.LocalASN, Description: p.Description,
			AuthPassword: p.Password, RemovePrivate: removePrivate(s),
		},
		Timers: apiTimers(s), Transport: apiTransport(s, vrf),
		EbgpMultihop: apiMultihop(s), TtlSecurity: apiSecurity(s), RouteReflector: apiReflector(s),
		RouteServer:     &api.RouteServer{RouteServerClient: p.Server},
		GracefulRestart: apiGraceful(p.Graceful),
		AfiSafis:        apiFamilies(s, p.Families),
	}
}

func apiTimers(s *bgpconf.Session) *api.Timers {
	return &api.Timers{Config: &api.TimersConfig{
		HoldTime: count(s.HoldTime), KeepaliveInterval: count(s.KeepAlive), ConnectRetry: count(s.ConnectRetry),
		IdleHoldTimeAfterReset: 1,
	}}
}

func apiTransport(s *bgpconf.Session, vrf string) *api.Transport {
	t := &api.Transport{PassiveMode: s.Passive, RemotePort: uint32(s.Port), BindInterface: vrf}
	if s.LocalAddr.IsValid() {
		t.LocalAddress = s.LocalAddr.String()
	}
	return t
}

func apiMultihop(s *bgpconf.Session) *api.EbgpMultihop {
	return &api.EbgpMultihop{Enabled: s.MultihopTTL > 0, MultihopTtl: uint32(s.MultihopTTL)}
}

func apiSecurity(s *bgpconf.Session) *api.TtlSecurity {
	return &api.TtlSecurity{Enabled: s.MinTTL > 0, TtlMin: uint32(s.MinTTL)}
}

func apiReflector(s *bgpconf.Session) *api.RouteReflector {
	return &api.RouteReflector{RouteReflectorClient: s.Reflector.Client, RouteReflectorClusterId: s.Reflector.Cluster}
}

func removePrivate(s *bgpconf.Session) api.RemovePrivate {
	return map[bgpconf.PrivateAS]api.RemovePrivate{
		bgpconf.PrivateRemove: api.RemovePrivate_REMOVE_ALL, bgpconf.PrivateReplace: api.RemovePrivate_REPLACE,
	}[s.Private]
}

// count gives whole seconds.
func count(d time.Duration) uint64 { return uint64(d / time.Second) }

// deferral is how long a restarted switch waits for the routes of all neighbours before it sends any, in seconds: SONiC's.
const deferral = 45

func apiGraceful(g bgpconf.Graceful) *api.GracefulRestart {
	return &api.GracefulRestart{
		Enabled: g.Enabled, HelperOnly: g.HelperOnly, RestartTime: uint32(count(g.Restart)), LonglivedEnabled: g.LongLived > 0,
		DeferralTime: deferral,
	}
}

func apiFamilies(s *bgpconf.Session, families map[schema.BGPFamily]bgpconf.PeerFamily) []*api.AfiSafi {
	var out []*api.AfiSafi
	for _, name := range slices.Sorted(maps.Keys(families)) {
		f := families[name]
		family := apiFamily(name)
		a := &api.AfiSafi{
			Config:            &api.AfiSafiConfig{Family: family, Enabled: true},
			MpGracefulRestart: &api.MpGracefulRestart{Config: &api.MpGracefulRestartConfig{Enabled: s.Graceful.Enabled && !s.Graceful.HelperOnly}},
			AddPaths:          &api.AddPaths{Config: &api.AddPathsConfig{Receive: f.AddPathRecv, SendMax: uint32(f.AddPathSend)}},
		}
		if limit := limitOf(f); limit.max > 0 {
			a.PrefixLimits = &api.PrefixLimit{Family: family, MaxPrefixes: limit.max, ShutdownThresholdPct: limit.percent}
		}
		if s.Graceful.LongLived > 0 {
			a.LongLivedGracefulRestart = &api.LongLivedGracefulRestart{Config: &api.LongLivedGracefulRestartConfig{
				Enabled: true, RestartTime: uint32(count(s.Graceful.LongLived)),
			}}
		}
		out = append(out, a)
	}
	return out
}

// limit bounds the prefixes of a family.
type limit struct{ max, percent uint32 }

func limitOf(f bgpconf.PeerFamily) limit {
	if f.WarnOnly || f.MaxPrefix == 0 {
		return limit{}
	}
	return limit{f.MaxPrefix, uint32(f.WarnPercent)}
}

func apiFamily(f schema.BGPFamily) *api.Family {
	switch f {
	case schema.BGPIPv6:
		return &api.Family{Afi: api.Family_AFI_IP6, Safi: api.Family_SAFI_UNICAST}
	case schema.BGPEVPN:
		return &api.Family{Afi: api.Family_AFI_L2VPN, Safi: api.Family_SAFI_EVPN}
	}
	return &api.Family{Afi: api.Family_AFI_IP, Safi: api.Family_SAFI_UNICAST}
}
