package lacp

// LAGName and PortName are the caller's names; they mean nothing to the protocol.
type (
	LAGName  string
	PortName string
)

// LAGConfig is how a LAG is to be.
type LAGConfig struct {
	System   SystemID
	Key      uint16 // which ports may be aggregated with each other; unique in the system
	Fast     bool   // ask the partner for a LACPDU each second, and notice its silence after three
	Passive  bool   // speak only when spoken to
	MinLinks int    // fewer working links than this are none
	Fallback bool   // use one link where nobody speaks LACP
	Down     bool   // administratively: every link is out of the aggregate, and the partner is told so
}

// PortConfig is how a port is to be.
type PortConfig struct {
	LAG LAGName
	ID  PortID
}

// Event is what happens to a system.
type Event interface{ event() }

// The events.
type (
	// SetLAG makes or changes a LAG. Another system or key takes all its links out first.
	SetLAG struct {
		LAG    LAGName
		Config LAGConfig
	}
	// DeleteLAG removes a LAG; its ports wait for it to come again.
	DeleteLAG struct{ LAG LAGName }
	// SetPort makes or changes a port. A new port is down.
	SetPort struct {
		Port   PortName
		Config PortConfig
	}
	// DeletePort removes a port, without a word to the partner but that the link is out of sync.
	DeletePort struct{ Port PortName }
	// Link says whether the port's link works.
	Link struct {
		Port PortName
		Up   bool
	}
	// Receive is a LACPDU that came in.
	Receive struct {
		Port PortName
		PDU  PDU
	}
	// Restore brings a new port's link up where an earlier life of the daemon left it, so that the partner sees no break. When the port's
	// own identity has changed since, or it has heard something already, it is no more than a Link.
	Restore struct {
		Port           PortName
		Actor, Partner Party
	}
	// Tick says only that time has passed.
	Tick struct{}
)

func (SetLAG) event()     {}
func (DeleteLAG) event()  {}
func (SetPort) event()    {}
func (DeletePort) event() {}
func (Link) event()       {}
func (Receive) event()    {}
func (Restore) event()    {}
func (Tick) event()       {}

// Output is what a system wants or tells.
type Output interface{ output() }

// The outputs.
type (
	// Transmit asks for a LACPDU to be sent.
	Transmit struct {
		Port PortName
		PDU  PDU
	}
	// PortChanged tells the new status of a port.
	PortChanged struct {
		Port   PortName
		Status PortStatus
	}
	// LAGChanged tells the new status of a LAG.
	LAGChanged struct {
		LAG    LAGName
		Status LAGStatus
	}
)

func (Transmit) output()    {}
func (PortChanged) output() {}
func (LAGChanged) output()  {}

// PortStatus is how a port is.
type PortStatus struct {
	LAG      LAGName
	Up       bool
	Actor    Party
	Partner  Party
	Receive  ReceiveState
	Mux      MuxState
	Selected bool
	Enabled  bool // collecting and distributing: the ASIC may use it
	Fallback bool // it is used although no partner speaks
	Problem  Problem
}

// Problem is why a port that hears a partner is not used.
type Problem string

// The problems.
const (
	NoProblem      Problem = ""
	Looped         Problem = "loop"              // the partner is this system
	Duplicate      Problem = "duplicate partner" // another port hears the same port of the partner
	OtherPartner   Problem = "other partner"     // more links of the LAG lead to another system or LAG
	NotAggregating Problem = "individual"        // the partner uses this link alone, and another link of the LAG is used
)

// LAGStatus is how a LAG is.
type LAGStatus struct {
	Up      bool
	Links   int // enabled
	Partner SystemID
	Key     uint16 // of the partner
}
