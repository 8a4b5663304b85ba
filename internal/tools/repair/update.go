package main

import _ "embed"

var (
	//go:embed _added/gobgp/bgp/session.go
	sessionGo string
	//go:embed _added/gobgp/bgp/update.go
	updateGo string
	//go:embed _added/gobgp/bgp/attribute.go
	attributeGo string
	//go:embed _added/gobgp/bgp/aspath.go
	aspathGo string
	//go:embed _added/gobgp/server/negotiated.go
	negotiatedGo string
)

// readUpdates: GoBGP ends sessions over UPDATEs that take away a route (RFC 7606), passes over others that end a session, takes MP_REACH_NLRI without
// a next hop, guesses how long an AS number is, and mixes AS4_PATH into paths of neighbours that need none (RFC 6793). Messages of established
// sessions have a reader of their own, which knows what was agreed upon, and leaves nothing to look at afterwards.
var readUpdates = repair{module: gobgp, edits: []edit{{
	file: "pkg/packet/bgp/bgp.go",
	old:  "\tImplicitPrefix AddrPrefixInterface\n}",
	new:  "\tImplicitPrefix AddrPrefixInterface\n\tSession        *Session\n}",
}, {
	file: "pkg/packet/bgp/bgp.go",
	old:  "func (msg *BGPUpdate) DecodeFromBytes(data []byte, options ...*MarshallingOption) error {\n",
	new: `func (msg *BGPUpdate) DecodeFromBytes(data []byte, options ...*MarshallingOption) error {
	if s := sessionOf(options); s != nil {
		return s.readUpdate(msg, data, options)
	}
`,
}, {
	// An UPDATE that nothing is left of is not the end of all routes.
	file: "pkg/packet/bgp/bgp.go",
	old:  "if len(msg.WithdrawnRoutes) == 0 && len(msg.NLRI) == 0 {\n",
	new:  "if len(msg.WithdrawnRoutes) == 0 && len(msg.NLRI) == 0 && int(msg.WithdrawnRoutesLen)+int(msg.TotalPathAttributeLen) <= 7 {\n",
}, {
	file: "pkg/packet/bgp/bgp.go",
	old:  "\t\tTotalPathAttributeLen: 0,\n",
	new:  "\t\tTotalPathAttributeLen: msg.TotalPathAttributeLen,\n",
}, {
	file: fsm,
	old: `					if _, y := fsm.capMap[bgp.BGP_CAP_ADD_PATH]; y {
						fsm.marshallingOptions = &bgp.MarshallingOption{
							AddPath: fsm.rfMap,
						}
					} else {
						fsm.marshallingOptions = nil
					}
`,
	new: "\t\t\t\t\tfsm.marshallingOptions = fsm.negotiated()\n",
}, {
	file: fsm,
	old: `				isEBGP := h.fsm.pConf.IsEBGPPeer(h.fsm.gConf)
				isConfed := h.fsm.pConf.IsConfederationMember(h.fsm.gConf)
`,
}, {
	file: fsm,
	old: `				h.fsm.lock.RLock()
				rfMap := h.fsm.rfMap
				h.fsm.lock.RUnlock()

				// Allow updates from host loopback addresses if the BGP connection
				// with the neighbour is both dialed and received on loopback
				// addresses.
				var allowLoopback bool
				if localAddr, peerAddr := h.fsm.peerInfo.LocalAddress, h.fsm.peerInfo.Address; localAddr.To4() != nil && peerAddr.To4() != nil {
					allowLoopback = localAddr.IsLoopback() && peerAddr.IsLoopback()
				}
				ok, err := bgp.ValidateUpdateMsg(body, rfMap, isEBGP, isConfed, allowLoopback)
				if !ok {
					handling = h.handlingError(m, err, useRevisedError)
				}
				if handling == bgp.ERROR_HANDLING_SESSION_RESET {
					h.fsm.lock.RLock()
					h.fsm.logger.Warn("Session will be reset due to malformed BGP update message",
						log.Fields{
							"Topic": "Peer",
							"Key":   h.fsm.pConf.State.NeighborAddress,
							"State": h.fsm.state.String(),
							"error": err})
					h.fsm.lock.RUnlock()
					fmsg.MsgData = err
					return fmsg, err
				}
`,
}}, adds: []file{
	{"pkg/packet/bgp/session.go", sessionGo}, {"pkg/packet/bgp/update.go", updateGo}, {"pkg/packet/bgp/attribute.go", attributeGo}, {"pkg/packet/bgp/aspath.go", aspathGo},
	{"pkg/server/negotiated.go", negotiatedGo},
}}

// readHeaders: GoBGP looks at no marker, takes messages of any length, and panics over an OPEN in an established session.
var readHeaders = repair{module: gobgp, edits: []edit{{
	file: fsm,
	old:  "err = hd.DecodeFromBytes(headerBuf)",
	new:  "err = h.readHeader(hd, headerBuf)",
}}}

// fitMessages: attributes that are nearly as long as a message may be, and get the own AS or LOCAL_PREF, make GoBGP panic when it sends them: one
// UPDATE of a neighbour ends the process. Such a route is withdrawn. Longer messages go to neighbours that take them (RFC 8654).
var fitMessages = repair{module: gobgp, edits: []edit{{
	file: "internal/pkg/table/message.go",
	old:  "return (bgp.BGP_MAX_MESSAGE_LENGTH - (19 + 2 + 2 + attrsLen)) / (5 + addpathNLRILen)",
	new:  "return max(1, (bgp.BGP_MAX_MESSAGE_LENGTH-(19+2+2+attrsLen))/(5+addpathNLRILen))",
}, {
	file: "pkg/packet/bgp/bgp.go",
	old:  "if BGP_HEADER_LENGTH+len(b) > BGP_MAX_MESSAGE_LENGTH {",
	new:  "if BGP_HEADER_LENGTH+len(b) > maxMessageLength(options) {",
}, {
	file: fsm,
	old:  "table.CreateUpdateMsgFromPaths(m.Paths, options)",
	new:  "table.CreateUpdateMsgFromPaths(h.fit(m.Paths, options), options)",
}, {
	file: fsm,
	old:  "caps = append(caps, bgp.NewCapRouteRefresh())\n",
	new:  "caps = append(caps, bgp.NewCapRouteRefresh(), bgp.NewCapUnknown(bgp.BGP_CAP_EXTENDED_MESSAGE, nil))\n",
}}}
