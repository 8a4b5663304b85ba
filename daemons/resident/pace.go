package resident

import "time"

const (
	retry   = time.Second // after something could not be written
	audit   = time.Minute // everything is compared anew, whatever the events said
	longest = time.Second // that changes wait to be applied together
)

// Pace says when a daemon that compares everything it knows with everything there is does so: a moment after a change, so that changes
// that come together are applied together; soon again after a failure; and every minute anyway. The moment grows with the time that the
// comparison takes, so that a large switch under a stream of changes keeps most of its CPU. It belongs to one goroutine.
type Pace struct {
	settle time.Duration
	timer  *time.Timer
	due    time.Duration // what the timer was set to
	pause  time.Duration // from a change to its application
}

// NewPace lets changes settle for that long where comparing costs nothing.
func NewPace(settle time.Duration) *Pace {
	return &Pace{settle: settle, timer: time.NewTimer(audit), due: audit, pause: settle}
}

// Stop ends it.
func (p *Pace) Stop() { p.timer.Stop() }

// C tells that it is time for Run.
func (p *Pace) C() <-chan time.Time { return p.timer.C }

// Soon says that something changed.
func (p *Pace) Soon() {
	if p.pause < p.due {
		p.due = p.pause
		p.timer.Reset(p.due)
	}
}

// Run applies what changed. The work is told whether nothing had: then it is the audit's turn.
func (p *Pace) Run(work func(audit bool) error) {
	began := time.Now()
	err := work(p.due == audit)
	p.due = audit
	if err != nil {
		p.due = retry
	}
	p.pause = min(p.settle+2*time.Since(began), longest)
	p.timer.Reset(p.due)
}
