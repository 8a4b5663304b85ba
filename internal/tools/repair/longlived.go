package main

// longLived: what GoBGP does wrong in long-lived graceful restart (RFC 9494).
//
// When the time of a neighbour that came back ends before its End-of-RIB, GoBGP drops all of its routes, also those that it has just told: now the
// stale ones alone. Of a neighbour with several families it never notes that the time of all has ended. It never forgets that a neighbour could do
// this once, when it comes back as one that cannot. It marks a path as stale each time that it fails to connect.
//
// And it withdraws what is stale from those without the capability only. A stale path that must not be kept (NO_LLGR) now is withdrawn from all:
// the speaker marks so what a policy has rejected.
var longLived = repair{module: gobgp, edits: []edit{
	{
		file: server,
		old:  "s.propagateUpdate(peer, peer.DropAll([]bgp.RouteFamily{family}))",
		new:  "s.propagateUpdate(peer, peer.adjRibIn.DropStale([]bgp.RouteFamily{family}))",
	}, {
		file: server,
		old:  "!peer.isLLGREnabledFamily(path.GetRouteFamily()) && path.IsLLGRStale()",
		new:  "path.IsLLGRStale() && (path.HasNoLLGR() || !peer.isLLGREnabledFamily(path.GetRouteFamily()))",
	}, {
		file: "pkg/server/peer.go",
		old: `	for _, a := range peer.fsm.pConf.AfiSafis {
		if a.State.Family == family {
			a.LongLivedGracefulRestart.State.PeerRestartTimerExpired = true
		}
`,
		new: `	for i := range peer.fsm.pConf.AfiSafis {
		a := &peer.fsm.pConf.AfiSafis[i]
		if a.State.Family == family {
			a.LongLivedGracefulRestart.State.PeerRestartTimerExpired = true
		}
`,
	}, {
		file: fsm,
		old:  "					llgr, ok2 := fsm.capMap[bgp.BGP_CAP_LONG_LIVED_GRACEFUL_RESTART]\n",
		new: `					fsm.pConf.GracefulRestart.State.LongLivedEnabled = false
					for i := range fsm.pConf.AfiSafis {
						fsm.pConf.AfiSafis[i].LongLivedGracefulRestart.State = oc.LongLivedGracefulRestartState{}
					}
					llgr, ok2 := fsm.capMap[bgp.BGP_CAP_LONG_LIVED_GRACEFUL_RESTART]
`,
	}, {
		file: adjRib,
		old:  "				n.SetCommunities([]uint32{uint32(bgp.COMMUNITY_LLGR_STALE)}, false)\n",
		new: `				if !p.IsLLGRStale() {
					n.SetCommunities([]uint32{uint32(bgp.COMMUNITY_LLGR_STALE)}, false)
				}
`,
	},
}}
