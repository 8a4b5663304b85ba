package routingd

import (
	"cmp"
	"maps"
	"net/netip"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/liveness"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/yang/schema"
)

// How BGP's neighbours are watched: as FRR does it where nothing else is said.
const (
	bgpInterval   = 300 * time.Millisecond
	bgpMultiplier = 3
)

// How long a session stays down after BFD lost the neighbour: at least so long that no loss goes unnoticed, and at most so long while BFD does
// not hear it again. Without that end two switches could wait for each other: many speak BFD only with neighbours that BGP is up with.
const (
	briefly = time.Second
	holdOff = 10 * time.Second
)

// silent is why a session is cut.
const silent = "BFD does not hear the neighbor"

// parts of routingd that have peers watched.
const (
	partBGP    = "bgp"
	partStatic = "static"
)

// peerWatch knows which neighbours of BGP are watched, and what was last said of them.
type peerWatch struct {
	watch *liveness.Watch
	keys  map[speaker.PeerName]schema.BFDKey
	heard map[speaker.PeerName]verdict
	due   *time.Timer // when a session may be tried again

	ranges bool // some neighbours that come out of ranges are to be watched
}

// verdict is what follows from what BFD says of a neighbour.
type verdict struct {
	state liveness.State
	cut   bool
}

func newPeerWatch(w *liveness.Watch) *peerWatch {
	due := time.NewTimer(0)
	if !due.Stop() {
		<-due.C
	}
	return &peerWatch{watch: w, due: due}
}

// listen says whether what BFD says of the neighbours has changed.
func (w *peerWatch) listen(now time.Time) bool {
	heard := make(map[speaker.PeerName]verdict, len(w.keys))
	next := time.Duration(0)
	for name, key := range w.keys {
		v := verdict{state: w.watch.State(key)}
		if broke := w.watch.Broke(key); !broke.IsZero() {
			left := v.holds() - now.Sub(broke)
			if v.cut = left > 0; v.cut && (next == 0 || left < next) {
				next = left
			}
		}
		heard[name] = v
	}
	if next > 0 {
		w.due.Reset(next)
	}
	changed := !maps.Equal(heard, w.heard)
	w.heard = heard
	return changed
}

// holds is how long a session is held down from the moment that the neighbour was lost.
func (v verdict) holds() time.Duration {
	if v.state == liveness.Failed {
		return holdOff
	}
	return briefly
}

// ask has the neighbours watched that are to be, and cuts the sessions with those that are lost. It gives what it has asked for.
func (w *peerWatch) ask(d bgpconf.Desired, known nearby, states map[speaker.PeerName]string) map[schema.BFDKey]liveness.Session {
	want := make(map[schema.BFDKey]liveness.Session)
	w.ranges = false
	w.keys = make(map[speaker.PeerName]schema.BFDKey)
	for _, in := range d.Instances {
		for _, p := range in.Peers {
			if p.BFD && !p.Shutdown {
				w.askPeer(want, in, p, known)
			}
		}
		for _, r := range in.Ranges {
			if r.BFD && !r.Shutdown {
				w.ranges = true
				w.askRange(want, in, r, known, states)
			}
		}
	}
	w.watch.Want(partBGP, want)
	w.listen(time.Now())
	for name := range w.keys {
		w.judge(d.Instances[name.VRF], name.Key, w.heard[name])
	}
	return want
}

// askPeer has a configured neighbour watched. Of one by interface that has not been found yet, the sessions that are there stay: they are of
// before a restart, and their end would be taken for that of the neighbour.
func (w *peerWatch) askPeer(want map[schema.BFDKey]liveness.Session, in *bgpconf.Instance, p *bgpconf.Peer, known nearby) {
	link := schema.InterfaceName(p.Interface)
	if !p.Addr.IsValid() {
		for _, key := range w.watch.On(in.VRF, link) {
			want[key] = liveness.Session{Interval: bgpInterval, Multiplier: bgpMultiplier}
		}
		return
	}
	key := schema.BFDKey{VRF: in.VRF, Interface: link, Peer: p.Addr.WithZone("").Unmap()}
	session := sessionWith(&p.Session, in, key.Peer, link, known)
	want[key], w.keys[speaker.PeerName{VRF: in.VRF, Key: p.Key}] = session, key
	p.Watched.Multihop = session.Multihop
}

// askRange has the neighbours watched that came out of a range and whose sessions are up.
func (w *peerWatch) askRange(want map[schema.BFDKey]liveness.Session, in *bgpconf.Instance, r *bgpconf.Range, known nearby, states map[speaker.PeerName]string) {
	for name, state := range states {
		addr, err := netip.ParseAddr(name.Key)
		if err != nil || name.VRF != in.VRF || state != established || in.Peers[name.Key] != nil || !r.Contains(addr) {
			continue
		}
		key := schema.BFDKey{VRF: in.VRF, Peer: addr.Unmap()}
		session := sessionWith(&r.Session, in, key.Peer, "", known)
		want[key], w.keys[name] = session, key
		in.Watched[addr] = bgpconf.Watched{Multihop: session.Multihop}
	}
}

const established = "Established"

// sessionWith is how a neighbour is watched: over one hop where BGP goes over one.
func sessionWith(s *bgpconf.Session, in *bgpconf.Instance, peer netip.Addr, link schema.InterfaceName, known nearby) liveness.Session {
	out := liveness.Session{Local: s.LocalAddr, Interval: bgpInterval, Multiplier: bgpMultiplier}
	own := known.own(in.VRF, peer)
	switch {
	case link != "":
	case s.MinTTL > 0:
		out.Multihop = s.MinTTL < 255
	case s.ASN == in.ASN:
		out.Multihop = !own.IsValid()
	default:
		out.Multihop = s.MultihopTTL > 1
	}
	if !out.Multihop && !out.Local.IsValid() {
		out.Local = own
	}
	return out
}

// judge tells the speakers whether a neighbour is lost, and shows what is known of it.
func (w *peerWatch) judge(in *bgpconf.Instance, name string, v verdict) {
	if p := in.Peers[name]; p != nil {
		p.Watched.State, p.Watched.Lost = stateTitles[v.state], v.cut
		if v.cut {
			p.Cut = cmp.Or(p.Cut, silent)
		}
		return
	}
	addr := netip.MustParseAddr(name)
	peer := in.Watched[addr]
	peer.State, peer.Lost = stateTitles[v.state], v.cut
	in.Watched[addr] = peer
}

var stateTitles = map[liveness.State]string{
	liveness.Unknown: "Unknown", liveness.Up: "Up", liveness.Shut: "Admin Down", liveness.Failed: "Down",
}
