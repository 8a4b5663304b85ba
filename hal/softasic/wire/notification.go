package wire

import "github.com/heddle-nos/heddle/sai"

// Event kinds of a Notification; they travel in the Op field of the header.
const (
	EventFDB       Op = 1
	EventPortState Op = 2
)

// Notification is what the hardware tells of its own accord. One of the lists
// is used.
type Notification struct {
	FDB   []FDBEvent
	Ports []PortEvent
}

// FDBEvent is one element of sai_fdb_event_notification_fn. A flush names its
// scope: a zero MAC, the VLAN and the bridge port or null for all.
type FDBEvent struct {
	Event      sai.FDBEvent
	Entry      sai.FDBEntry
	Type       sai.FDBEntryType
	BridgePort sai.ObjectID
}

// PortEvent is one element of sai_port_state_change_notification_fn.
type PortEvent struct {
	Port  sai.ObjectID
	State sai.PortOperStatus
}

const (
	fdbEventSize  = 4 + 4 + 8 + 22
	portEventSize = 12
)

// AppendNotification appends the whole frame.
func AppendNotification(dst []byte, n *Notification) []byte {
	start := len(dst)
	if n.FDB != nil {
		dst = le.AppendUint32(BeginFrame(dst, Header{Kind: KindNotification, Op: EventFDB}), uint32(len(n.FDB)))
		for _, e := range n.FDB {
			dst = le.AppendUint32(le.AppendUint32(dst, uint32(e.Event)), uint32(e.Type))
			dst = AppendObject(le.AppendUint64(dst, uint64(e.BridgePort)), sai.EntryOf(e.Entry))
		}
		return EndFrame(dst, start)
	}
	dst = le.AppendUint32(BeginFrame(dst, Header{Kind: KindNotification, Op: EventPortState}), uint32(len(n.Ports)))
	for _, e := range n.Ports {
		dst = le.AppendUint32(le.AppendUint64(dst, uint64(e.Port)), uint32(e.State))
	}
	return EndFrame(dst, start)
}

// DecodeNotification reads the body of a Notification.
func DecodeNotification(h Header, body []byte) (*Notification, error) {
	d := &Decoder{b: body}
	n := &Notification{}
	switch h.Op {
	case EventFDB:
		n.FDB = takeList(d, fdbEventSize, d.fdbEvent)
	case EventPortState:
		n.Ports = takeList(d, portEventSize, func() PortEvent {
			return PortEvent{Port: d.oid(), State: sai.PortOperStatus(d.U32())}
		})
	default:
		d.fail("notification %d", h.Op)
	}
	return n, d.Done()
}

func (d *Decoder) fdbEvent() FDBEvent {
	e := FDBEvent{Event: sai.FDBEvent(d.U32()), Type: sai.FDBEntryType(d.U32()), BridgePort: d.oid()}
	e.Entry, _ = d.Object(sai.ObjectTypeFDBEntry).Entry.(sai.FDBEntry)
	return e
}
