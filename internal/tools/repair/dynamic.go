package main

import _ "embed"

//go:embed _added/gobgp/server/dynamic.go
var dynamicFile string

// limitDynamic: GoBGP takes as many neighbours out of prefixes as come, and keeps for ever who connected once without bringing a session up.
var limitDynamic = repair{module: gobgp, edits: []edit{{
	file: server,
	old:  "\tzclient      *zebraClient\n\tbmpManager ",
	new:  "\tzclient      *zebraClient\n\tdynamicLimit dynamicLimit\n\tbmpManager ",
}, {
	file: server,
	old:  "\tremoteAddr := ipaddr.String()\n\tpeer, found := s.neighborMap[remoteAddr]\n",
	new:  "\tremoteAddr := ipaddr.String()\n\tif s.crowded(conn, remoteAddr) {\n\t\treturn\n\t}\n\tpeer, found := s.neighborMap[remoteAddr]\n",
}, {
	file: server,
	old:  "\t\t} else if nextStateIdle {\n",
	new: `		} else if nextState == bgp.BGP_FSM_IDLE && !nextStateIdle && peer.isDynamicNeighbor() {
			s.deleteDynamicNeighbor(peer, oldState, e)
			return
		} else if nextStateIdle {
`,
}}, adds: []file{{name: "pkg/server/dynamic.go", text: dynamicFile}}}
