package lacp

import "time"

// ReceiveState is the state of the receive machine (IEEE 802.1AX-2014 section 6.4.12).
type ReceiveState uint8

// The states. PortDisabled comes first: a port begins there.
const (
	PortDisabled ReceiveState = iota
	Expiring                  // EXPIRED: nothing heard for a while, or yet
	Defaulting                // DEFAULTED: nobody speaks LACP
	Current
)

// String names the state as teamd does.
func (s ReceiveState) String() string {
	return [...]string{"disabled", "expired", "defaulted", "current"}[s]
}

// initialize is the state INITIALIZE.
func (p *port) initialize() {
	p.selected, p.unconfirmed, p.problem = false, false, NoProblem
	p.recordDefault()
	p.state.put(Expired, false)
	p.receive, p.timeOut = PortDisabled, time.Time{}
}

// setLink enters PORT_DISABLED or leaves it.
func (p *port) setLink(now time.Time, up bool) {
	p.up = up
	switch {
	case !up || p.lag == nil:
		p.receive, p.timeOut = PortDisabled, time.Time{}
		p.partner.State.put(Synchronization, false)
		p.selected = false
	case p.receive == PortDisabled:
		p.partner = Party{}
		p.expireNow(now)
		p.ntt = true
	}
}

// expireNow enters EXPIRED: the partner is asked for fast LACPDUs, by being believed to want them.
func (p *port) expireNow(now time.Time) {
	p.receive = Expiring
	p.partner.State.put(Synchronization, false)
	p.partner.State.put(ShortTimeout, true)
	p.timeOut = now.Add(ShortTimeOut)
	p.state.put(Expired, true)
}

// expire lets current_while_timer run out.
func (p *port) expire(now time.Time) bool {
	if p.lag != nil && p.up && p.receive == PortDisabled { // its LAG has just been configured
		p.setLink(now, true)
		return true
	}
	if p.timeOut.IsZero() || now.Before(p.timeOut) {
		return false
	}
	if p.receive == Current {
		p.expireNow(now)
		return true
	}
	p.receive, p.timeOut = Defaulting, time.Time{}
	p.selected, p.unconfirmed, p.problem = false, false, NoProblem // update_Default_Selected
	p.recordDefault()
	p.state.put(Expired, false)
	return true
}

// recordDefault forgets the partner; the administrative values for an unknown partner are all zero.
func (p *port) recordDefault() {
	p.partner = Party{}
	p.state.put(Defaulted, true)
}

// receive enters CURRENT.
func (s *System) receive(now time.Time, p *port, pdu PDU) {
	me := p.actor()
	problem := s.judge(now, p, pdu.Actor)
	if !pdu.Actor.identified(p.partner) || problem != p.problem { // update_Selected
		p.selected = false
	}
	p.problem, p.unconfirmed = problem, false
	const compared = Activity | ShortTimeout | Synchronization | Aggregation
	if !pdu.Partner.identified(me) || (pdu.Partner.State^me.State)&compared != 0 { // update_NTT
		p.ntt = true
	}
	p.partner = pdu.Actor // recordPDU
	p.partner.State.put(Synchronization, partnerSync(pdu, me))
	p.state.put(Defaulted, false)
	p.state.put(Expired, false)
	p.receive, p.timeOut = Current, now.Add(p.lag.timeOut())
}

// partnerSync says whether the partner is in sync with us: it means this very link, or it uses the link alone.
func partnerSync(pdu PDU, me Party) bool {
	sees := pdu.Partner.identified(me) || !pdu.Actor.State.Has(Aggregation)
	live := pdu.Actor.State.Has(Activity) || me.State.Has(Activity) && pdu.Partner.State.Has(Activity)
	return sees && live && pdu.Actor.State.Has(Synchronization)
}

// judge says what is wrong with such a partner on this port.
func (s *System) judge(now time.Time, p *port, partner Party) Problem {
	for _, l := range s.lags {
		if l.cfg.System == partner.System {
			return Looped
		}
	}
	for _, q := range s.ports {
		if q == p || q.partner.System != partner.System || q.partner.Port.Number != partner.Port.Number {
			continue
		}
		switch {
		case q.receive == PortDisabled, q.unconfirmed: // Port_Moved; or it moved while nobody looked
			q.initialize()
			q.setLink(now, q.up)
		case q.receive == Current && q.problem != Duplicate:
			return Duplicate
		}
	}
	return NoProblem
}
