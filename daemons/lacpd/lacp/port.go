package lacp

import "time"

// port is one link, with the variables of IEEE 802.1AX-2014 section 6.4.7. A zero time is a timer that does not run.
type port struct {
	name PortName
	cfg  PortConfig
	lag  *lag // nil: its LAG is not configured
	up   bool // port_enabled

	state   State // what of Actor_Oper_Port_State the machines decide; the rest comes from the configuration
	partner Party // Partner_Oper

	receive     ReceiveState
	timeOut     time.Time // current_while_timer
	unconfirmed bool      // the partner is known from an earlier life only
	problem     Problem   // Looped or Duplicate, by the last LACPDU

	selected bool
	fallback bool
	outvoted bool // it leads elsewhere than the links that are used

	mux  MuxState
	wait time.Time // wait_while_timer

	interval time.Duration // of periodic transmission; 0: none
	periodic time.Time     // periodic_timer
	ntt      bool          // need to transmit
	sent     [txLimit]time.Time
	told     *PortStatus
}

// actor is what the port tells of itself.
func (p *port) actor() Party {
	a := Party{Port: p.cfg.ID, State: p.state | Aggregation | Activity}
	if p.lag != nil {
		a.System, a.Key = p.lag.cfg.System, p.lag.cfg.Key
		a.State.put(ShortTimeout, p.lag.cfg.Fast)
		a.State.put(Activity, !p.lag.cfg.Passive)
	}
	return a
}

// speaks says whether the port sends LACPDUs at all: one of two ends must be active.
func (p *port) speaks() bool {
	return p.up && p.lag != nil && (!p.lag.cfg.Passive || p.partner.State.Has(Activity))
}

// synchronized says whether the partner's end is ready; where nobody speaks, it is taken to be.
func (p *port) synchronized() bool { return p.fallback || p.partner.State.Has(Synchronization) }

// known says whether a partner has said who it is. Nobody's address is zero.
func (p *port) known() bool {
	return (p.receive == Current || p.receive == Expiring) && p.partner.System.MAC != MAC{}
}

func (l *lag) timeOut() time.Duration {
	if l.cfg.Fast {
		return ShortTimeOut
	}
	return LongTimeOut
}

func (p *port) deadlines() [4]time.Time {
	d := [4]time.Time{p.timeOut, p.wait, p.periodic}
	if p.ntt && p.speaks() {
		d[3] = p.mayTransmit()
	}
	return d
}

func (p *port) status() PortStatus {
	st := PortStatus{
		LAG: p.cfg.LAG, Up: p.up, Actor: p.actor(), Partner: p.partner, Receive: p.receive, Mux: p.mux, Selected: p.selected,
		Enabled: p.mux == CollectingDistributing, Fallback: p.fallback, Problem: p.problem,
	}
	if p.problem == NoProblem && p.outvoted {
		st.Problem = OtherPartner
		if !p.partner.State.Has(Aggregation) {
			st.Problem = NotAggregating
		}
	}
	return st
}
