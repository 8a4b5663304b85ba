package moveguard

import (
	"maps"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	// slices of the window in which moves are counted.
	windowSlices = 10
	// maxStations bounds what is watched; a storm of more stations than that
	// shows in those watched.
	maxStations = 1 << 14
)

// station is what is known of a station that moved.
type station struct {
	counts [windowSlices]uint32
	slice  int64 // the newest of counts
	bad    bool
	until  time.Time // end of the hold
	action Action
	home   string   // the port that it keeps
	shut   []string // ports that were shut for it
}

// Guard watches stations. It is not safe for concurrent use.
type Guard struct {
	cfg      Config
	stations map[schema.FDBKey]*station
	begin    time.Time
}

// New returns a guard that is off.
func New() *Guard { return &Guard{stations: make(map[schema.FDBKey]*station)} }

// Configure changes what is too often. A change lets go of everything.
func (g *Guard) Configure(c Config) {
	if c != g.cfg {
		g.cfg = c
		clear(g.stations)
	}
}

// Moved notes that a station moved between ports. It reports whether what is held
// has changed, and whether this is the move that was too much.
func (g *Guard) Moved(now time.Time, key schema.FDBKey, from, to string) (changed, tooMuch bool) {
	if !g.cfg.Enabled {
		return false, false
	}
	s := g.stations[key]
	if s == nil {
		if len(g.stations) >= maxStations {
			return false, false
		}
		s = &station{}
		g.stations[key] = s
	}
	if s.bad {
		return s.seen(to), false
	}
	if s.count(g.slice(now)) <= g.cfg.Threshold {
		return false, false
	}
	s.bad, s.action, s.home, s.until = true, g.cfg.Action, from, now.Add(g.cfg.Hold)
	s.seen(to)
	return true, true
}

// seen shuts another port where a bad station appears.
func (s *station) seen(port string) bool {
	if s.action != DisablePort || port == s.home || slices.Contains(s.shut, port) {
		return false
	}
	s.shut = append(s.shut, port)
	return true
}

func (g *Guard) slice(now time.Time) int64 {
	if g.begin.IsZero() {
		g.begin = now
	}
	return int64(now.Sub(g.begin) / (g.cfg.Window / windowSlices))
}

// count adds a move and gives those of the window.
func (s *station) count(slice int64) (sum int) {
	s.pass(slice)
	s.counts[slice%windowSlices]++
	for _, n := range s.counts {
		sum += int(n)
	}
	return sum
}

// pass forgets the slices that have left the window.
func (s *station) pass(slice int64) {
	if slice-s.slice >= windowSlices {
		s.counts = [windowSlices]uint32{}
	} else {
		for ; s.slice < slice; s.slice++ {
			s.counts[(s.slice+1)%windowSlices] = 0
		}
	}
	s.slice = slice
}

// Expire lets time pass: holds end, and stations that were quiet are forgotten.
func (g *Guard) Expire(now time.Time) (released []schema.FDBKey) {
	for key, s := range g.stations {
		switch {
		case s.bad && !now.Before(s.until):
			released = append(released, key)
			delete(g.stations, key)
		case !s.bad && g.slice(now)-s.slice >= windowSlices:
			delete(g.stations, key)
		}
	}
	return released
}

// Watching reports whether there is anything that Expire could end.
func (g *Guard) Watching() bool { return len(g.stations) > 0 }

// Hold is a station that may not move.
type Hold struct {
	Port  string // where it stays
	Until time.Time
	Pin   bool     // its address is kept there
	Shut  []string // ports that were shut
}

// Holds lists the stations that may not move.
func (g *Guard) Holds() map[schema.FDBKey]Hold {
	out := make(map[schema.FDBKey]Hold)
	for key, s := range g.stations {
		if s.bad {
			out[key] = Hold{Port: s.home, Until: s.until, Pin: s.action == PinStation, Shut: s.shut}
		}
	}
	return out
}

// Shut lists the ports that are shut for any station, sorted.
func (g *Guard) Shut() []string {
	all := make(map[string]struct{})
	for _, s := range g.stations {
		for _, p := range s.shut {
			all[p] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(all))
}
