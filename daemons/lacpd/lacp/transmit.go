package lacp

import "time"

// txLimit is how many LACPDUs a port may send within FastPeriodic (IEEE 802.1AX-2014 section 6.4.16).
const txLimit = 3

// schedule is the periodic transmission machine (section 6.4.13): the partner says how often it wants to hear of us.
func (p *port) schedule(now time.Time) {
	interval := time.Duration(0)
	if p.speaks() {
		interval = SlowPeriodic
		if p.partner.State.Has(ShortTimeout) {
			interval = FastPeriodic
		}
	}
	switch {
	case interval == 0:
		p.interval, p.periodic, p.ntt = 0, time.Time{}, false
		return
	case p.interval == SlowPeriodic && interval == FastPeriodic, !p.periodic.IsZero() && !now.Before(p.periodic): // PERIODIC_TX
		p.ntt = true
	case p.interval == interval:
		return
	}
	p.interval, p.periodic = interval, now.Add(interval)
}

// transmit gives the LACPDU that is due and allowed.
func (p *port) transmit(now time.Time) (PDU, bool) {
	if !p.ntt || !p.speaks() || now.Before(p.mayTransmit()) {
		return PDU{}, false
	}
	p.ntt = false
	copy(p.sent[:], p.sent[1:])
	p.sent[txLimit-1] = now
	return PDU{Actor: p.actor(), Partner: p.partner}, true
}

// mayTransmit is when the limit allows the next LACPDU.
func (p *port) mayTransmit() time.Time {
	if p.sent[0].IsZero() {
		return time.Unix(0, 1) // at once; not the zero time, which is a timer that does not run
	}
	return p.sent[0].Add(FastPeriodic)
}
