package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
	"github.com/osrg/gobgp/v3/pkg/server"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/yang/schema"
)

// LinkOf gives the interface of a peer with a link-local address; empty if there is none.
type LinkOf func(vrf string, peer netip.Addr) schema.InterfaceName

// Feed gathers changes of all VRFs.
type Feed struct {
	log    *slog.Logger
	linkOf LinkOf
	wake   chan struct{} // of one

	mu      sync.Mutex
	pending map[schema.RouteKey][]rib.Path
	dropped map[string]bool // VRFs whose server ended; what is pending came after that
	servers map[string]*server.BgpServer
}

// Batch is what changed.
type Batch struct {
	Dropped []string // VRFs that lose all paths, before those of Paths count
	Paths   map[schema.RouteKey][]rib.Path
}

// New makes a feed. linkOf is called from any goroutine.
func New(log *slog.Logger, linkOf LinkOf) *Feed {
	return &Feed{
		log: log, linkOf: linkOf, wake: make(chan struct{}, 1), pending: make(map[schema.RouteKey][]rib.Path),
		dropped: make(map[string]bool), servers: make(map[string]*server.BgpServer),
	}
}

// Wake has an element when there may be something to take.
func (f *Feed) Wake() <-chan struct{} { return f.wake }

func (f *Feed) ring() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Started tells of the server of a VRF, before it has peers, or with nil of its end.
func (f *Feed) Started(vrf string, s *server.BgpServer) {
	f.mu.Lock()
	old := f.servers[vrf]
	delete(f.servers, vrf)
	if old != nil {
		f.drop(vrf)
		f.ring()
	}
	f.mu.Unlock()
	if s == nil {
		return
	}
	if err := f.watch(vrf, s); err != nil {
		f.log.Error("watch BGP's best paths", "vrf", vrf, "err", err)
	}
}

// drop forgets what is pending of a VRF and notes that all its paths are gone. The lock is held.
func (f *Feed) drop(vrf string) {
	for key := range f.pending {
		if key.VRF == vrf {
			delete(f.pending, key)
		}
	}
	f.dropped[vrf] = true
}

// teller is what the copy of GoBGP that the programs are built with adds to its server (internal/tools/repair).
type teller interface {
	TellUsed(tell func(nlri bgp.AddrPrefixInterface, list []used)) error
}

func (f *Feed) watch(vrf string, s *server.BgpServer) error {
	t, ok := any(s).(teller)
	if !ok {
		return errors.New("this program is built without what `make` repairs in GoBGP")
	}
	global, err := s.GetBgp(context.Background(), &api.GetBgpRequest{})
	if err != nil {
		return fmt.Errorf("read the AS number: %w", err)
	}
	f.mu.Lock()
	f.servers[vrf] = s
	f.mu.Unlock()
	d := decoder{vrf: vrf, as: global.Global.Asn, linkOf: f.linkOf}
	return t.TellUsed(func(nlri bgp.AddrPrefixInterface, list []used) {
		if key, ok := d.key(nlri); ok {
			f.take(s, key, d.paths(list))
		}
	})
}

// take notes the paths that a prefix has now, unless the server has ended.
func (f *Feed) take(from *server.BgpServer, key schema.RouteKey, paths []rib.Path) {
	f.mu.Lock()
	if f.servers[key.VRF] == from {
		f.pending[key] = paths
	}
	f.mu.Unlock()
	f.ring()
}

// Pending is how many changes wait to be taken.
func (f *Feed) Pending() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.pending)
}

// Take gives up to limit changes. When there are more, Wake rings again.
func (f *Feed) Take(limit int) Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b Batch
	for vrf := range f.dropped {
		b.Dropped = append(b.Dropped, vrf)
	}
	clear(f.dropped)
	if len(f.pending) <= limit {
		b.Paths, f.pending = f.pending, make(map[schema.RouteKey][]rib.Path)
		return b
	}
	b.Paths = make(map[schema.RouteKey][]rib.Path, limit)
	for key, paths := range f.pending {
		if len(b.Paths) == limit {
			break
		}
		b.Paths[key] = paths
		delete(f.pending, key)
	}
	f.ring()
	return b
}

// Synced says whether every peer of a VRF that is to be up has told all it knows, of each family that it speaks (RFC 4724 section 4.1).
func (f *Feed) Synced(ctx context.Context, vrf string) (bool, error) {
	f.mu.Lock()
	s := f.servers[vrf]
	f.mu.Unlock()
	if s == nil {
		return true, nil
	}
	synced := true
	err := s.ListPeer(ctx, &api.ListPeerRequest{}, func(p *api.Peer) {
		if p.GetConf().GetAdminDown() {
			return
		}
		if p.GetState().GetSessionState() != api.PeerState_ESTABLISHED {
			synced = false
			return
		}
		for _, family := range p.GetAfiSafis() {
			f := family.GetConfig().GetFamily()
			if route(f) && speaker.Offers(p.GetState().GetRemoteCap(), f) && !family.GetMpGracefulRestart().GetState().GetEndOfRibReceived() {
				synced = false
			}
		}
	})
	return synced, err
}

// route says whether a family is that of routes.
func route(f *api.Family) bool {
	return f.GetSafi() == api.Family_SAFI_UNICAST && (f.GetAfi() == api.Family_AFI_IP || f.GetAfi() == api.Family_AFI_IP6)
}
