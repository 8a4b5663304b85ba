package server

import (
	"fmt"
	"net"
	"slices"

	"github.com/osrg/gobgp/v3/internal/pkg/table"
	"github.com/osrg/gobgp/v3/pkg/log"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// negotiated is what both OPEN have agreed upon. The caller has the lock.
func (fsm *fsm) negotiated() *bgp.MarshallingOption {
	own, theirs := fsm.peerInfo.LocalAS, fsm.peerInfo.AS
	confed := own != theirs && slices.Contains(fsm.gConf.Confederation.Config.MemberAsList, theirs)
	_, fourOctetAS := fsm.capMap[bgp.BGP_CAP_FOUR_OCTET_AS_NUMBER]
	o := &bgp.MarshallingOption{}
	o.Agree(own != theirs && !confed, confed, fourOctetAS, fsm.rfMap)
	_, o.Session.Extended = fsm.capMap[bgp.BGP_CAP_EXTENDED_MESSAGE]
	if local, ok := fsm.conn.LocalAddr().(*net.TCPAddr); ok {
		o.Session.Local = local.IP
		o.Session.LoopbackNextHop = local.IP.IsLoopback() && fsm.peerInfo.Address.IsLoopback()
	}
	if _, ok := fsm.capMap[bgp.BGP_CAP_ADD_PATH]; ok {
		o.AddPath = fsm.rfMap
	}
	return o
}

// readHeader reads the header of a message.
func (h *fsmHandler) readHeader(hd *bgp.BGPHeader, data []byte) error {
	h.fsm.lock.RLock()
	defer h.fsm.lock.RUnlock()
	var s *bgp.Session
	established := h.fsm.state == bgp.BGP_FSM_ESTABLISHED
	if established && h.fsm.marshallingOptions != nil {
		s = h.fsm.marshallingOptions.Session
	}
	err := s.ReadHeader(hd, data)
	if err == nil && established && hd.Type == bgp.BGP_MSG_OPEN { // RFC 6608
		return bgp.NewMessageError(bgp.BGP_ERROR_FSM_ERROR, bgp.BGP_ERROR_SUB_RECEIVE_UNEXPECTED_MESSAGE_IN_ESTABLISHED_STATE, []byte{hd.Type}, "OPEN in an established session")
	}
	return err
}

// fit has routes withdrawn whose attributes are too long for a message to this neighbour (RFC 8654 section 4).
func (h *fsmHandler) fit(paths []*table.Path, o *bgp.MarshallingOption) []*table.Path {
	for i, p := range paths {
		if p == nil || p.IsEOR() || p.IsWithdraw || messageLength(p) <= o.Session.MaxLength(bgp.BGP_MSG_UPDATE) {
			continue
		}
		h.fsm.lock.RLock()
		h.fsm.logger.Warn("a route does not fit into a message, and is withdrawn",
			log.Fields{"Topic": "Peer", "Key": h.fsm.pConf.State.NeighborAddress, "Prefix": fmt.Sprint(p.GetNlri())})
		h.fsm.lock.RUnlock()
		paths = slices.Clone(paths)
		paths[i] = p.Clone(true)
	}
	return paths
}

// messageLength bounds the length of an UPDATE with one path.
func messageLength(p *table.Path) int {
	const header, prefix, nextHop = 23, 64, 7
	n := header + prefix + nextHop
	for _, a := range p.GetPathAttrs() {
		switch a := a.(type) {
		case *bgp.PathAttributeMpReachNLRI:
			n += a.PathAttribute.Len() + 16
		case *bgp.PathAttributeAsPath:
			n += 2 * (1 + a.Len()) // and AS4_PATH
		default:
			n += 1 + a.Len()
		}
	}
	return n
}
