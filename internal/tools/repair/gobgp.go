package main

// The repairs of GoBGP 3.37.0. Larger ones have a file of their own.

const gobgp = "github.com/osrg/gobgp/v3"

// Files that many of them change.
const (
	server = "pkg/server/server.go"
	fsm    = "pkg/server/fsm.go"
)

// readSafely: GoBGP reads beyond the end of an MP_REACH_NLRI of three bytes, a panic of the process by one UPDATE of a neighbour. Whatever it trips
// over while it reads a message now ends that neighbour's session, as a malformed UPDATE does.
var readSafely = repair{module: gobgp, edits: []edit{{
	file: fsm,
	old:  "func (h *fsmHandler) recvMessageWithError() (*fsmMsg, error) {\n",
	new: `func (h *fsmHandler) recvMessageWithError() (msg *fsmMsg, failed error) {
	defer func() {
		if r := recover(); r != nil {
			failed = bgp.NewMessageError(bgp.BGP_ERROR_UPDATE_MESSAGE_ERROR, bgp.BGP_ERROR_SUB_MALFORMED_ATTRIBUTE_LIST, nil, fmt.Sprintf("read a message: %v", r))
			msg = &fsmMsg{fsm: h.fsm, MsgType: fsmMsgBGPMessage, MsgSrc: h.fsm.pConf.State.NeighborAddress, MsgData: failed, timestamp: time.Now()}
		}
	}()
`,
}}}

// noEmptyAttribute: where a policy takes all extended communities from a path, GoBGP sends the attribute without any. Such a route is malformed, and
// others withdraw it (RFC 7606 section 7.14).
var noEmptyAttribute = repair{module: gobgp, edits: []edit{{
	file: "internal/pkg/table/path.go",
	old:  "doReplace bool) {\n\tattr := path.getPathAttr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES)\n",
	new: `doReplace bool) {
	if doReplace && len(exts) == 0 {
		path.delPathAttr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES)
		return
	}
	attr := path.getPathAttr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES)
`,
}}}

// loopsReplace: a path that has been here before, by its AS_PATH or ORIGINATOR_ID, GoBGP leaves out, and keeps the one that it replaces: traffic goes
// in a loop. Now the old one goes.
var loopsReplace = repair{module: gobgp, edits: []edit{{
	file: "pkg/server/peer.go",
	old:  "hasOwnASLoop(localAS, allowOwnAS, aspath) {\n\t\t\t\t\tpath.SetRejected(true)\n",
	new:  "hasOwnASLoop(localAS, allowOwnAS, aspath) {\n\t\t\t\t\tpath.SetRejected(true)\n\t\t\t\t\tpaths = append(paths, path.Clone(true))\n",
}, {
	file: "pkg/server/peer.go",
	old:  "\"Data\":         path})\n\t\t\t\t\tpath.SetRejected(true)\n",
	new:  "\"Data\":         path})\n\t\t\t\t\tpath.SetRejected(true)\n\t\t\t\t\tpaths = append(paths, path.Clone(true))\n",
}}}
