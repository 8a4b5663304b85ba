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
