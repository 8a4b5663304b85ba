package main

import _ "embed"

//go:embed _added/gobgp/server/used.go
var usedFile string

//go:embed _added/gobgp/table/attr.go
var attrFile string

// usedPaths: GoBGP tells of best paths in messages of its gRPC service only. Making them, reading them and collecting their garbage takes more time
// than everything else that is done for a route. WatchUsed tells the same with values.
var usedPaths = repair{module: gobgp, adds: []file{
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
