package notify

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/text"
)

// Notifications that are few on any switch are encoded as they come.

// Deadlock encodes PFC deadlocks of queues and the ends of them.
func Deadlock(events []event.Deadlock) (op, data string, err error) {
	return list("queue_deadlock", events, func(e event.Deadlock) map[string]string {
		return map[string]string{"queue_id": e.Queue.String(), "event": e.Event.String()}
	})
}

// BFD encodes the states of BFD sessions.
func BFD(events []event.BFD) (op, data string, err error) {
	return list("bfd_session_state_change", events, func(e event.BFD) map[string]string {
		return map[string]string{"bfd_session_id": e.Session.String(), "session_state": e.State.String()}
	})
}

// ICMPEcho encodes the states of echo sessions.
func ICMPEcho(events []event.ICMPEcho) (op, data string, err error) {
	return list("icmp_echo_session_state_change", events, func(e event.ICMPEcho) map[string]string {
		return map[string]string{"icmp_echo_session_id": e.Session.String(), "session_state": e.State.String()}
	})
}

// NAT encodes aged translations.
func NAT(events []event.NAT) (op, data string, err error) {
	var bad error
	op, data, err = list("nat_event", events, func(e event.NAT) map[string]string {
		entry, err := text.AppendEntry(nil, e.Entry)
		if err != nil {
			bad = err
		}
		return map[string]string{"nat_entry": string(entry), "nat_event": e.Event.String()}
	})
	if bad != nil {
		err = bad
	}
	return op, data, err
}

// TxReady encodes whether a port's host side may transmit.
func TxReady(e event.TxReady) (op, data string, err error) {
	return object("port_host_tx_ready", map[string]string{
		"host_tx_ready_status": e.Status.String(), "port_id": e.Port.String(), "switch_id": e.Switch.String(),
	})
}

// Health encodes a fault of the ASIC or its software. The text goes as a list of
// bytes; what SAI may say beyond it is left out.
func Health(e event.Health) (op, data string, err error) {
	at, err := json.Marshal(map[string]string{
		"tv_sec": strconv.FormatUint(e.Time.TvSec, 10), "tv_nsec": strconv.FormatUint(uint64(e.Time.TvNsec), 10),
	})
	if err != nil {
		return "", "", err
	}
	numbers := make([]string, len(e.Text))
	for i := range len(e.Text) {
		numbers[i] = strconv.Itoa(int(e.Text[i]))
	}
	return object("switch_asic_sdk_health_event", map[string]string{
		"category": e.Category.String(), "severity": e.Severity.String(), "switch_id": e.Switch.String(), "timestamp": string(at),
		"data.data_type": "SAI_HEALTH_DATA_TYPE_GENERAL", "description": strconv.Itoa(len(numbers)) + ":" + strings.Join(numbers, ","),
	})
}

func list[E any](op string, events []E, fields func(E) map[string]string) (string, string, error) {
	all := make([]map[string]string, len(events))
	for i, e := range events {
		all[i] = fields(e)
	}
	data, err := json.Marshal(all)
	return op, string(data), err
}

func object(op string, fields map[string]string) (string, string, error) {
	data, err := json.Marshal(fields)
	return op, string(data), err
}
