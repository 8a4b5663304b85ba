//go:build cgo

package libsai

import "github.com/heddle-nos/heddle/sai"

// notificationQueue bounds the notifications that wait to be received.
const notificationQueue = 8192

// Notification is what a library tells of its own accord. Exactly one field is
// set; all ids are real ids.
type Notification struct {
	FDB      []FDBEvent
	Port     []PortEvent
	Switch   *SwitchEvent
	Shutdown *ShutdownEvent
	Deadlock []DeadlockEvent
	BFD      []BFDEvent
	NAT      []NATEvent
	ICMPEcho []ICMPEchoEvent
	TxReady  *TxReadyEvent
	Health   *HealthEvent
}

// FDBEvent reports a change of one forwarding-database entry. A flush may name
// a zero MAC: all entries of BV and of the bridge port among the attributes,
// where those are not null.
type FDBEvent struct {
	Event sai.FDBEvent
	Entry sai.FDBEntry
	Attrs []sai.Attr
}

// PortEvent reports the operational state of a port.
type PortEvent struct {
	Port   sai.ObjectID
	Status sai.PortOperStatus
	Errors sai.PortErrorStatus
}

// SwitchEvent reports the operational state of the switch.
type SwitchEvent struct {
	Switch sai.ObjectID
	Status sai.SwitchOperStatus
}

// ShutdownEvent asks for the switch to be shut down.
type ShutdownEvent struct{ Switch sai.ObjectID }

// DeadlockEvent reports a PFC deadlock of a queue, or the end of one.
type DeadlockEvent struct {
	Queue           sai.ObjectID
	Event           sai.QueuePfcDeadlockEventType
	ManagedRecovery bool
}

// BFDEvent reports the state of a BFD session.
type BFDEvent struct {
	Session sai.ObjectID
	State   sai.BFDSessionState
}

// NATEvent reports an aged translation.
type NATEvent struct {
	Event sai.NATEvent
	Entry sai.NATEntry
}

// ICMPEchoEvent reports the state of an echo session.
type ICMPEchoEvent struct {
	Session sai.ObjectID
	State   sai.ICMPEchoSessionState
}

// TxReadyEvent reports whether a port's host side may transmit.
type TxReadyEvent struct {
	Switch, Port sai.ObjectID
	Status       sai.PortHostTxReadyStatus
}

// HealthEvent reports a fault of the ASIC or its software.
type HealthEvent struct {
	Switch   sai.ObjectID
	Severity sai.SwitchAsicSdkHealthSeverity
	Category sai.SwitchAsicSdkHealthCategory
	Time     sai.Timespec
	Text     string
}

func (n *Notification) kind() string {
	switch {
	case n.FDB != nil:
		return "fdb_event"
	case n.Port != nil:
		return "port_state_change"
	case n.Switch != nil:
		return "switch_state_change"
	case n.Shutdown != nil:
		return "switch_shutdown_request"
	case n.Deadlock != nil:
		return "queue_deadlock"
	case n.BFD != nil:
		return "bfd_session_state_change"
	case n.NAT != nil:
		return "nat_event"
	case n.ICMPEcho != nil:
		return "icmp_echo_session_state_change"
	case n.TxReady != nil:
		return "port_host_tx_ready"
	}
	return "switch_asic_sdk_health_event"
}

// Notifications returns the channel of notifications; Close closes it. They
// come for the attributes of the switch that were set to a non-null pointer.
func (l *Library) Notifications() <-chan Notification { return l.events }

// Lost returns how many notifications found the queue full.
func (l *Library) Lost() uint64 { return l.lost.Load() }
