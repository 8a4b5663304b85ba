package notify

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/text"
)

// FDB encodes changes of the forwarding database.
func FDB(events []event.FDB) (op, data string, err error) {
	b := []byte{'['}
	for i, ev := range events {
		if i > 0 {
			b = append(b, ',')
		}
		entry, err := text.AppendEntry(nil, ev.Entry)
		if err != nil {
			return "", "", err
		}
		b = append(b, `{"fdb_entry":`...)
		b = sairedis.AppendString(b, string(entry))
		b = append(b, `,"fdb_event":`...)
		b = sairedis.AppendString(b, ev.Event.String())
		b = append(b, `,"list":`...)
		if b, err = appendAttrs(b, sai.ObjectTypeFDBEntry, ev.Attrs); err != nil {
			return "", "", err
		}
		b = append(b, '}')
	}
	return "fdb_event", string(append(b, ']')), nil
}

func appendAttrs(b []byte, t sai.ObjectType, attrs []sai.Attr) ([]byte, error) {
	b = append(b, '[')
	for i, a := range attrs {
		name, value, err := text.EncodeAttr(t, a)
		if err != nil {
			return b, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = sairedis.AppendString(b, name)
		b = append(b, `,"value":`...)
		b = sairedis.AppendString(b, value)
		b = append(b, '}')
	}
	return append(b, ']'), nil
}

// PortState encodes the operational states of ports.
func PortState(events []event.Port) (op, data string) {
	b := []byte{'['}
	for i, ev := range events {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"port_error_status":`...)
		b = sairedis.AppendString(b, portErrors(ev.Errors))
		b = append(b, `,"port_id":`...)
		b = sairedis.AppendString(b, ev.Port.String())
		b = append(b, `,"port_state":`...)
		b = sairedis.AppendString(b, ev.Status.String())
		b = append(b, '}')
	}
	return "port_state_change", string(append(b, ']'))
}

// portErrors names the bits of a port's error status.
func portErrors(s sai.PortErrorStatus) string {
	if s == 0 {
		return sai.PortErrorStatusClear.String()
	}
	var names []string
	for bit := sai.PortErrorStatus(1); bit > 0 && bit <= s; bit <<= 1 {
		if s&bit != 0 {
			names = append(names, bit.String())
		}
	}
	return strings.Join(names, "|")
}

// SwitchState encodes the operational state of the switch.
func SwitchState(ev event.Switch) (op, data string) {
	b := append([]byte(nil), `{"status":`...)
	b = sairedis.AppendString(b, ev.Status.String())
	b = append(b, `,"switch_id":`...)
	b = sairedis.AppendString(b, ev.Switch.String())
	return "switch_state_change", string(append(b, '}'))
}

// Shutdown encodes a request to shut the switch down.
func Shutdown(ev event.Shutdown) (op, data string) {
	b := append([]byte(nil), `{"switch_id":`...)
	b = sairedis.AppendString(b, ev.Switch.String())
	return "switch_shutdown_request", string(append(b, '}'))
}
