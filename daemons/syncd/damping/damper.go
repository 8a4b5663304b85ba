package damping

import (
	"math"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/sai"
)

// Damper follows the links of ports. Ids are whatever its user takes.
type Damper struct{ ports map[sai.ObjectID]*port }

// New returns a damper that damps no port.
func New() *Damper { return &Damper{ports: map[sai.ObjectID]*port{}} }

// port is a port with a configuration.
type port struct {
	cfg        Config
	penalty    float64   // as of since
	since      time.Time // of penalty
	suppressed bool
	begin      time.Time // of the suppression, or of the last loss of link in it
	stats      Stats
}

// Stats are the counters and the state of a port.
type Stats struct {
	Physical, Advertised     sai.PortOperStatus
	Changes, Ups, Downs      uint64
	Told, ToldUps, ToldDowns uint64
	Active                   bool
	Penalty                  uint32
	Since                    time.Time // of the suppression
}

// Config returns what a port was configured with.
func (d *Damper) Config(id sai.ObjectID) Config {
	if p := d.ports[id]; p != nil {
		return p.cfg
	}
	return Config{}
}

// Configure changes how a port is damped. What was withheld is told at once, by
// Due, if the port no longer damps.
func (d *Damper) Configure(id sai.ObjectID, c Config) {
	p := d.ports[id]
	if p == nil {
		p = &port{}
		d.ports[id] = p
	}
	p.cfg = c
}

// Forget drops a port that is gone.
func (d *Damper) Forget(id sai.ObjectID) { delete(d.ports, id) }

// Event takes in a port's new state and tells whether it is to be told. The loss
// of link that reaches the threshold still is.
func (d *Damper) Event(now time.Time, id sai.ObjectID, status sai.PortOperStatus) bool {
	p := d.ports[id]
	if p == nil || !p.cfg.damps() {
		return true
	}
	p.decay(now)
	withheld := p.suppressed && !p.over(now)
	p.see(now, status)
	if withheld {
		return false
	}
	p.suppressed, p.begin = p.penalty >= float64(p.cfg.Suppress), time.Time{}
	if p.suppressed {
		p.begin = now
	}
	p.tell(status)
	return true
}

// see counts a change, and makes a loss of link cost.
func (p *port) see(now time.Time, status sai.PortOperStatus) {
	if status == p.stats.Physical {
		return
	}
	p.stats.Changes++
	switch status {
	case sai.PortOperStatusUp:
		p.stats.Ups++
	case sai.PortOperStatusDown:
		p.stats.Downs++
		if p.suppressed {
			p.begin = now
		}
		if p.stats.Physical == sai.PortOperStatusUp {
			p.penalty = min(p.penalty+float64(p.cfg.Penalty), p.ceiling())
		}
	}
	p.stats.Physical = status
}

// ceiling is the penalty that decays to the reuse threshold in the longest time
// of suppression (RFC 2439 section 4.2).
func (p *port) ceiling() float64 {
	return math.Exp2(p.cfg.MaxSuppress.Seconds()/p.cfg.HalfLife.Seconds()) * float64(p.cfg.Reuse)
}

func (p *port) decay(now time.Time) {
	if d := now.Sub(p.since); p.penalty > 0 && d > 0 {
		p.penalty *= math.Exp2(-d.Seconds() / p.cfg.HalfLife.Seconds())
	}
	p.since = now
}

// over tells whether the suppression ends.
func (p *port) over(now time.Time) bool {
	return !p.cfg.damps() || p.penalty < float64(p.cfg.Reuse) || now.Sub(p.begin) >= p.cfg.MaxSuppress
}

func (p *port) tell(status sai.PortOperStatus) {
	p.stats.Told++
	switch status {
	case sai.PortOperStatusUp:
		p.stats.ToldUps++
	case sai.PortOperStatusDown:
		p.stats.ToldDowns++
	}
	p.stats.Advertised = status
}

// Change is a state of a port that was withheld.
type Change struct {
	Port   sai.ObjectID
	Status sai.PortOperStatus
}

// Due ends the suppressions that are over and returns what they withheld.
func (d *Damper) Due(now time.Time) []Change {
	var list []Change
	for id, p := range d.ports {
		if !p.suppressed {
			continue
		}
		if p.cfg.damps() {
			p.decay(now)
		}
		if !p.over(now) {
			continue
		}
		p.suppressed, p.begin = false, time.Time{}
		if p.stats.Advertised != p.stats.Physical {
			p.tell(p.stats.Physical)
			list = append(list, Change{id, p.stats.Physical})
		}
	}
	slices.SortFunc(list, func(a, b Change) int {
		if a.Port < b.Port {
			return -1
		}
		return 1
	})
	return list
}

// Next tells when Due may have something, if ever.
func (d *Damper) Next(now time.Time) (time.Duration, bool) {
	next, any := time.Duration(0), false
	for _, p := range d.ports {
		if !p.suppressed {
			continue
		}
		wait := p.wait(now)
		if !any || wait < next {
			next, any = wait, true
		}
	}
	return next, any
}

// wait is the time until a suppression ends, if no more happens.
func (p *port) wait(now time.Time) time.Duration {
	if !p.cfg.damps() {
		return 0
	}
	p.decay(now)
	longest := p.cfg.MaxSuppress - now.Sub(p.begin)
	halves := math.Log2(p.penalty / float64(p.cfg.Reuse))
	decayed := time.Duration(halves*float64(p.cfg.HalfLife)) + time.Millisecond // the threshold is passed, not met
	return max(0, min(longest, decayed))
}

// Stats returns the counters of a port that has a configuration.
func (d *Damper) Stats(id sai.ObjectID) (Stats, bool) {
	p := d.ports[id]
	if p == nil {
		return Stats{}, false
	}
	s := p.stats
	s.Active, s.Penalty, s.Since = p.suppressed, uint32(p.penalty), p.begin
	return s, true
}
