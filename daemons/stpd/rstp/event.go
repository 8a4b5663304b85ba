package rstp

import "time"

// PortName is the caller's name of a port; it means nothing to the protocol.
type PortName string

// BridgeConfig is how a bridge is to be in its tree.
type BridgeConfig struct {
	ID           BridgeID
	Times        Times         // without MessageAge
	HoldCount    int           // BPDUs a port may send at once; 0: DefaultHoldCount
	GuardTimeout time.Duration // how long a port with root guard stays out after the last word of a better root
	Legacy       bool          // speak the protocol from before RSTP only
}

// PortConfig is how a port is to be.
type PortConfig struct {
	ID        PortID
	Cost      uint32
	Edge      bool // the link's end is no bridge, until one is heard
	AutoEdge  bool // find out by itself whether it is one
	Shared    bool // the link may have more than two ends: no agreement
	RootGuard bool // never let the way to the root lead here
	LoopGuard bool // silence of the bridge at the other end takes the port out, until it is heard again
	BPDUGuard bool // a BPDU takes the port out
	DoDisable bool // with BPDUGuard: until its link goes down, not just for a while
}

// Event is what happens to a bridge.
type Event interface{ event() }

// The events.
type (
	// SetBridge configures the bridge.
	SetBridge struct{ Config BridgeConfig }
	// SetPort makes or changes a port. A new port is down.
	SetPort struct {
		Port   PortName
		Config PortConfig
	}
	// DeletePort removes a port.
	DeletePort struct{ Port PortName }
	// Link says whether the port's link works.
	Link struct {
		Port PortName
		Up   bool
	}
	// Receive is a BPDU that came in.
	Receive struct {
		Port PortName
		BPDU BPDU
	}
	// Migrate has the port try RSTP again where it has fallen back.
	Migrate struct{ Port PortName }
	// Restore brings the links of new ports up where an earlier life of the daemon left them: all that are up, at once, since together
	// they know the root.
	Restore struct{ Ports []Memory }
	// Tick says only that time has passed.
	Tick struct{}
)

func (SetBridge) event()  {}
func (SetPort) event()    {}
func (DeletePort) event() {}
func (Link) event()       {}
func (Receive) event()    {}
func (Migrate) event()    {}
func (Restore) event()    {}
func (Tick) event()       {}

// Output is what a bridge wants or tells.
type Output interface{ output() }

// The outputs.
type (
	// Transmit asks for a BPDU to be sent.
	Transmit struct {
		Port PortName
		BPDU BPDU
	}
	// Flush asks for the addresses to be forgotten that were learned in this tree: the topology has changed.
	Flush struct{}
	// PortChanged tells the new status of a port.
	PortChanged struct {
		Port   PortName
		Status PortStatus
	}
	// BridgeChanged tells the new status of the bridge.
	BridgeChanged struct{ Status BridgeStatus }
)

func (Transmit) output()      {}
func (Flush) output()         {}
func (PortChanged) output()   {}
func (BridgeChanged) output() {}

// State is what a port does, with the names and numbers of IEEE 802.1D-1998.
type State uint8

// The states. Up to Listening a port discards.
const (
	Down State = iota
	Blocking
	Listening // it will forward unless it hears otherwise
	Learning
	Forwarding
)

// String names the state as SONiC does.
func (s State) String() string {
	return [...]string{"DISABLED", "BLOCKING", "LISTENING", "LEARNING", "FORWARDING"}[s]
}

// Guard is what keeps a port from its part in the tree.
type Guard uint8

// The guards.
const (
	NoGuard  Guard = iota
	RootSeen       // root guard: a better root was heard of
	BPDUSeen       // BPDU guard: a bridge was heard
	Shut           // BPDU guard took the port out until its link goes down
	Silence        // loop guard: the bridge at the other end fell silent while the link works
)

// PortStatus is how a port is.
type PortStatus struct {
	Up         bool
	Role       Role
	State      State
	Edge       bool
	RSTP       bool // it speaks RSTP, not the older protocol
	Guard      Guard
	Cost       uint32
	ID         PortID
	Designated Vector // of the link: what is heard or sent on it
	Times      Times
}

// BridgeStatus is how a bridge is.
type BridgeStatus struct {
	ID         BridgeID
	Vector     Vector // root priority vector: root, cost to it, and the bridge and port that lead there
	RootPort   PortName
	Times      Times // of the root
	Changes    int   // of the topology, that this bridge has seen
	LastChange time.Time
}

// Memory is what an earlier life knew of a port.
type Memory struct {
	Port       PortName
	Vector     Vector
	Times      Times
	Heard      bool // Vector was heard, not sent
	Role       Role
	State      State
	Edge, RSTP bool
	Silent     bool // loop guard kept it out
}
