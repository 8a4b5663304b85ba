package bfd

import (
	"net/netip"
	"time"
)

// Key names a session: who is at its other end, seen from where.
type Key struct {
	VRF       string
	Interface string // empty: whichever leads there
	Peer      netip.Addr
}

// Config is how a session is to be.
type Config struct {
	Local      netip.Addr // invalid: any address of ours
	Multihop   bool
	Passive    bool // says nothing before the peer does
	AdminDown  bool
	MinTx      time.Duration // desired, 1 us or more
	MinRx      time.Duration // required; 0: the peer is to send nothing
	Multiplier uint8         // 1 or more
}

// Memory is what an earlier life knew of a session that was up.
type Memory struct {
	Local, Remote uint32 // discriminators
	RemoteMinTx   time.Duration
	RemoteMinRx   time.Duration
	RemoteMult    uint8
}

// Event is something that happens to the engine.
type Event interface{ event() }

// Configure makes a session, or changes one.
type Configure struct {
	Key    Key
	Config Config
	Local  uint32  // the discriminator of a new session, if it is free; 0: any
	Memory *Memory // of a session that was up; only for one that is new
}

// Remove ends a session. The peer is told, so that it does not take it for a failure.
type Remove struct{ Key Key }

// Receive is a datagram on one of the protocol's ports.
type Receive struct {
	At        time.Time // when it arrived, which is when it counts
	VRF       string
	Interface string
	From, To  netip.Addr
	TTL       uint8
	Multihop  bool // of its port
	Payload   []byte
}

// Hold prepares for an absence: peers are asked to wait for long intervals. The sessions stay up.
type Hold struct{ MinTx time.Duration }

// Tick is that time has passed.
type Tick struct{}

func (Configure) event() {}
func (Remove) event()    {}
func (Receive) event()   {}
func (Hold) event()      {}
func (Tick) event()      {}

// Output is something that the engine has to say.
type Output interface{ output() }

// Transmit is a packet to send.
type Transmit struct {
	Key    Key
	Packet Packet
}

// Changed tells a session's new status: of its state, or of what was negotiated.
type Changed struct {
	Key    Key
	Status Status
}

// Gone is that a removed session has said its last.
type Gone struct{ Key Key }

// Refused is a datagram that changed nothing, and why.
type Refused struct {
	From netip.Addr
	Err  error
}

func (Transmit) output() {}
func (Changed) output()  {}
func (Gone) output()     {}
func (Refused) output()  {}

// Status is how a session is.
type Status struct {
	State         State
	Diag          Diag // why it last left Up
	RemoteState   State
	Local, Remote uint32 // discriminators; the remote one is 0 while unknown
	RemoteMinTx   time.Duration
	RemoteMinRx   time.Duration
	RemoteMult    uint8
	TxInterval    time.Duration // between packets, before jitter; 0: none are sent
	Detection     time.Duration // 0: nothing is expected
	Polling       bool
}
