package main

import _ "embed"

//go:embed _added/gobgp/server/stale.go
var staleFile string

// limitStaleRoutes: GoBGP keeps the routes of a neighbour that has restarted until its End-of-RIB, for ever if there is none.
var limitStaleRoutes = repair{module: gobgp, edits: []edit{{
	file: server,
	old:  "\tzclient      *zebraClient\n\tdynamicLimit ",
	new:  "\tzclient      *zebraClient\n\tstaleLimit\n\tdynamicLimit ",
}, {
	file: server,
	old:  "\t\t\tdeferralExpiredFunc := func(family bgp.RouteFamily) func() {\n",
	new:  "\t\t\ts.limitStale(peer)\n\t\t\tdeferralExpiredFunc := func(family bgp.RouteFamily) func() {\n",
}}, adds: []file{{name: "pkg/server/stale.go", text: staleFile}}}

//go:embed _added/gobgp/server/excused.go
var excusedFile string

// excuseRestarted: after a restart GoBGP notes an End-of-RIB for a neighbour that has restarted too, and has said none. It is right not to wait for it
// before it announces (RFC 4724 section 4.1); but whoever asks whether the neighbour has told all must hear that it has not.
var excuseRestarted = repair{module: gobgp, edits: []edit{{
	file: fsm,
	old: `							for i := range fsm.pConf.AfiSafis {
								fsm.pConf.AfiSafis[i].MpGracefulRestart.State.EndOfRibReceived = true
							}
`,
	new: "",
}, {
	file: server,
	old:  "\n\t\t\t\t\t\tif !p.recvedAllEOR() {\n",
	new:  "\n\t\t\t\t\t\tif !p.recvedAllEOR() && !p.excused() {\n",
}, {
	file: server,
	old:  "\n\t\t\t\t\t\t\tif !p.recvedAllEOR() {\n",
	new:  "\n\t\t\t\t\t\t\tif !p.recvedAllEOR() && !p.excused() {\n",
}}, adds: []file{{name: "pkg/server/excused.go", text: excusedFile}}}
