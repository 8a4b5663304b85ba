package routingd

import (
	"net/netip"
	"sync/atomic"

	"github.com/heddle-nos/heddle/yang/schema"
)

// linkLocals knows behind which interface a router with a link-local address is. It is asked from any goroutine.
type linkLocals struct {
	interfaces atomic.Pointer[map[netip.Addr]schema.InterfaceName]
}

// set takes the routers that have been found, by interface.
func (l *linkLocals) set(found map[string]netip.Addr) {
	m := make(map[netip.Addr]schema.InterfaceName, len(found))
	for name, addr := range found {
		m[addr.WithZone("")] = schema.InterfaceName(name)
	}
	l.interfaces.Store(&m)
}

// of gives the interface of a peer; empty if it is not known. A link is in one VRF.
func (l *linkLocals) of(_ string, peer netip.Addr) schema.InterfaceName {
	if m := l.interfaces.Load(); m != nil {
		return (*m)[peer.WithZone("")]
	}
	return ""
}
