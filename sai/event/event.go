package event

import "github.com/heddle-nos/heddle/sai"

// Event is one notification. Exactly one field is set.
type Event struct {
	FDB      []FDB
	Port     []Port
	Switch   *Switch
	Shutdown *Shutdown
	Deadlock []Deadlock
	BFD      []BFD
	NAT      []NAT
	ICMPEcho []ICMPEcho
	TxReady  *TxReady
	Health   *Health
}

// FDB reports a change of one forwarding-database entry. An Entry with a zero MAC
// and an event of SAI_FDB_EVENT_FLUSHED stands for all entries that match BV and
// the bridge port among the attributes, where those are not null.
type FDB struct {
	Event sai.FDBEvent
	Entry sai.FDBEntry
	Attrs []sai.Attr
}

// Port reports the operational state of a port.
type Port struct {
	Port   sai.ObjectID
	Status sai.PortOperStatus
	Errors sai.PortErrorStatus
}

// Switch reports the operational state of the switch.
type Switch struct {
	Switch sai.ObjectID
	Status sai.SwitchOperStatus
}

// Shutdown asks for the switch to be shut down.
type Shutdown struct{ Switch sai.ObjectID }

// Deadlock reports a PFC deadlock of a queue, or the end of one.
type Deadlock struct {
	Queue           sai.ObjectID
	Event           sai.QueuePfcDeadlockEventType
	ManagedRecovery bool
}

// BFD reports the state of a BFD session.
type BFD struct {
	Session sai.ObjectID
	State   sai.BFDSessionState
}

// NAT reports an aged translation.
type NAT struct {
	Event sai.NATEvent
	Entry sai.NATEntry
}

// ICMPEcho reports the state of an echo session.
type ICMPEcho struct {
	Session sai.ObjectID
	State   sai.ICMPEchoSessionState
}

// TxReady reports whether a port's host side may transmit.
type TxReady struct {
	Switch, Port sai.ObjectID
	Status       sai.PortHostTxReadyStatus
}

// Health reports a fault of the ASIC or its software.
type Health struct {
	Switch   sai.ObjectID
	Severity sai.SwitchAsicSdkHealthSeverity
	Category sai.SwitchAsicSdkHealthCategory
	Time     sai.Timespec
	Text     string
}

// Kind names what is reported, as SAI's notifications are named.
func (e *Event) Kind() string {
	switch {
	case e.FDB != nil:
		return "fdb_event"
	case e.Port != nil:
		return "port_state_change"
	case e.Switch != nil:
		return "switch_state_change"
	case e.Shutdown != nil:
		return "switch_shutdown_request"
	case e.Deadlock != nil:
		return "queue_deadlock"
	case e.BFD != nil:
		return "bfd_session_state_change"
	case e.NAT != nil:
		return "nat_event"
	case e.ICMPEcho != nil:
		return "icmp_echo_session_state_change"
	case e.TxReady != nil:
		return "port_host_tx_ready"
	}
	return "switch_asic_sdk_health_event"
}
