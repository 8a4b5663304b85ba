package main

import _ "embed"

//go:embed _added/gobgp/server/used.go
var usedFile string

//go:embed _added/gobgp/table/attr.go
var attrFile string

// usedPaths: GoBGP tells of best paths in messages of its gRPC service only. Making them, reading them and collecting their garbage takes more time
// than everything else that is done for a route. TellUsed tells the same with values; and the copies that GoBGP makes for whoever watches are left out
// where nobody does.
var usedPaths = repair{module: gobgp, edits: []edit{{
	file: server,
	old:  "\tmrtManager   *mrtManager\n\troaTable ",
	new:  "\tmrtManager   *mrtManager\n\ttelling      telling\n\troaTable ",
}, {
	file: server,
	old:  "func (s *BgpServer) notifyBestWatcher(best []*table.Path, multipath [][]*table.Path) {\n",
	new: `func (s *BgpServer) notifyBestWatcher(best []*table.Path, multipath [][]*table.Path) {
	s.tellUsed(best, multipath)
	if !s.isWatched(watchEventTypeBestPath) {
		return
	}
`,
}}, adds: []file{
	{name: "pkg/server/used.go", text: usedFile},
	{name: "internal/pkg/table/attr.go", text: attrFile},
}}

// quietTables: GoBGP makes the arguments of a debug line for each prefix that it has not seen before, whether or not the line is written.
var quietTables = repair{module: gobgp, edits: []edit{{
	file: "internal/pkg/table/table.go",
	old: `		t.logger.Debug("create Destination",
			log.Fields{
				"Topic": "Table",
				"Nlri":  nlri})
`,
	new: "",
}}}

// countedPaths: GoBGP counts the paths of a neighbour by a walk through all of them, for each UPDATE of one with a limit of prefixes and for each
// question about its state. It now counts as they come and go.
var countedPaths = repair{module: gobgp, edits: []edit{
	{file: adjRib, old: "type AdjRib struct {\n", new: "type AdjRib struct {\n\ttotal    map[bgp.RouteFamily]int\n"},
	{file: adjRib, old: "\treturn &AdjRib{\n", new: "\treturn &AdjRib{\n\t\ttotal:    make(map[bgp.RouteFamily]int),\n"},
	{file: adjRib, old: "\t\t\tif idx != -1 {\n\t\t\t\td.knownPathList = append(", new: "\t\t\tif idx != -1 {\n\t\t\t\tadj.total[rf]--\n\t\t\t\td.knownPathList = append("},
	{file: adjRib, old: "\t\t\t\td.knownPathList = append(d.knownPathList, path)\n", new: "\t\t\t\tadj.total[rf]++\n\t\t\t\td.knownPathList = append(d.knownPathList, path)\n"},
	{file: adjRib, old: "\t\td.knownPathList = append(d.knownPathList, path)\n\t}\n", new: "\t\tadj.total[path.GetRouteFamily()]++\n\t\td.knownPathList = append(d.knownPathList, path)\n\t}\n"},
	{file: adjRib, old: "\t\tadj.accepted[rf] = 0\n", new: "\t\tadj.accepted[rf], adj.total[rf] = 0, 0\n"},
	{
		file: adjRib,
		old:  "\tadj.walk(rfList, func(d *Destination) bool {\n\t\tcount += len(d.knownPathList)\n\t\treturn false\n\t})\n",
		new:  "\tfor _, rf := range rfList {\n\t\tcount += adj.total[rf]\n\t}\n",
	},
}}

const adjRib = "internal/pkg/table/adj.go"
