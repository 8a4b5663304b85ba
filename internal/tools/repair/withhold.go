package main

import _ "embed"

//go:embed _added/gobgp/server/withhold.go
var withholdSource string

// withhold: GoBGP announces a path as soon as it has chosen it. With suppress-fib-pending it is announced once the ASIC has it; so what GoBGP asks
// before it tells a neighbour of a path becomes a step of what the added file asks.
var withhold = repair{module: gobgp, edits: []edit{{
	file: server,
	old:  "\ttimingHook   FSMTimingHook\n}\n\nfunc NewBgpServer",
	new:  "\ttimingHook   FSMTimingHook\n\twithholding\n}\n\nfunc NewBgpServer",
}, {
	file: server,
	old:  "func (s *BgpServer) filterpath(",
	new:  "func (s *BgpServer) filterAnnounced(",
}}, adds: []file{{name: "pkg/server/withhold.go", text: withholdSource}}}
