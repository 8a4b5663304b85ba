package libsai

/*
#include "bridge.h"
*/
import "C"

import (
	"unsafe"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
	"github.com/heddle-nos/heddle/sai/event"
)

// events maps the C function type of a notification attribute to our callback.
var events = map[string]C.int{
	"sai_fdb_event_notification_fn":                      C.HL_FDB,
	"sai_port_state_change_notification_fn":              C.HL_PORT_STATE,
	"sai_switch_state_change_notification_fn":            C.HL_SWITCH_STATE,
	"sai_switch_shutdown_request_notification_fn":        C.HL_SHUTDOWN,
	"sai_queue_pfc_deadlock_notification_fn":             C.HL_QUEUE_DEADLOCK,
	"sai_bfd_session_state_change_notification_fn":       C.HL_BFD_STATE,
	"sai_nat_event_notification_fn":                      C.HL_NAT,
	"sai_icmp_echo_session_state_change_notification_fn": C.HL_ICMP_ECHO,
	"sai_port_host_tx_ready_notification_fn":             C.HL_TX_READY,
	"sai_switch_asic_sdk_health_event_notification_fn":   C.HL_HEALTH,
}

// callback returns the value to give to the library for a notification
// attribute: our callback for any non-null pointer, whatever its number meant
// in the process that set it.
func (l *Library) callback(m *sai.AttrMeta, v sai.Value) (sai.Value, bool) {
	if v.Uint() == 0 {
		return v, true
	}
	kind, ok := events[m.Other]
	if !ok {
		return v, false
	}
	return sai.Pointer(uint64(uintptr(C.hl_callback(C.int(l.slot), kind)))), true
}

//export heddleNotifyList
func heddleNotifyList(slot, kind C.int, count C.uint32_t, data unsafe.Pointer) {
	if count == 0 || count > cabi.MaxList || data == nil {
		return
	}
	mem := &arena{}
	n := event.Event{}
	switch kind {
	case C.HL_FDB:
		n.FDB = each(data, count, sizeFDBEvent, func(b []byte) event.FDB { return fdbEvent(b, mem) })
	case C.HL_PORT_STATE:
		n.Port = each(data, count, 16, func(b []byte) event.Port {
			return event.Port{Port: oidAt(b), Status: sai.PortOperStatus(int32At(b[8:])), Errors: sai.PortErrorStatus(int32At(b[12:]))}
		})
	case C.HL_QUEUE_DEADLOCK:
		n.Deadlock = each(data, count, 16, func(b []byte) event.Deadlock {
			return event.Deadlock{Queue: oidAt(b), Event: sai.QueuePfcDeadlockEventType(int32At(b[8:])), ManagedRecovery: b[12] != 0}
		})
	case C.HL_BFD_STATE:
		n.BFD = each(data, count, 16, func(b []byte) event.BFD {
			return event.BFD{Session: oidAt(b), State: sai.BFDSessionState(int32At(b[8:]))}
		})
	case C.HL_ICMP_ECHO:
		n.ICMPEcho = each(data, count, 16, func(b []byte) event.ICMPEcho {
			return event.ICMPEcho{Session: oidAt(b), State: sai.ICMPEchoSessionState(int32At(b[8:]))}
		})
	case C.HL_NAT:
		n.NAT = each(data, count, 64, natEvent)
	}
	deliver(slot, n)
}

// Layout of sai_fdb_event_notification_data_t.
const (
	sizeFDBEvent  = 48
	fdbEventEntry = 8
	fdbEventCount = 32
	fdbEventAttrs = 40
)

func fdbEvent(b []byte, mem cabi.Memory) event.FDB {
	e := event.FDB{Event: sai.FDBEvent(int32At(b))}
	entry, err := cabi.DecodeEntry(b[fdbEventEntry:], sai.ObjectTypeFDBEntry)
	if err == nil {
		e.Entry, _ = entry.(sai.FDBEntry)
	}
	e.Attrs = attrsAt(sai.ObjectTypeFDBEntry, native.Uint32(b[fdbEventCount:]), native.Uint64(b[fdbEventAttrs:]), mem)
	return e
}

// attrsAt copies attributes of the library; unknown ones are left out.
func attrsAt(t sai.ObjectType, count uint32, addr uint64, mem cabi.Memory) []sai.Attr {
	meta, _ := sai.ObjectTypeInfo(t)
	if count == 0 || count > maxAttrs || addr == 0 {
		return nil
	}
	b, err := mem.View(addr, int(count)*cabi.AttrSize)
	if err != nil {
		return nil
	}
	attrs := make([]sai.Attr, 0, count)
	for ; len(b) > 0; b = b[cabi.AttrSize:] {
		m := meta.Attr(sai.AttrID(native.Uint32(b)))
		if m == nil {
			continue
		}
		if v, err := cabi.DecodeValue(b[cabi.ValueOffset:cabi.AttrSize], m, mem); err == nil {
			attrs = append(attrs, sai.Attr{ID: m.ID, Value: v})
		}
	}
	return attrs
}

func natEvent(b []byte) event.NAT {
	e := event.NAT{Event: sai.NATEvent(int32At(b))}
	if entry, err := cabi.DecodeEntry(b[8:], sai.ObjectTypeNATEntry); err == nil {
		e.Entry, _ = entry.(sai.NATEntry)
	}
	return e
}

//export heddleNotifyOne
func heddleNotifyOne(slot, kind C.int, sw, second C.uint64_t, status C.int32_t) {
	n := event.Event{}
	switch kind {
	case C.HL_SWITCH_STATE:
		n.Switch = &event.Switch{Switch: sai.ObjectID(sw), Status: sai.SwitchOperStatus(status)}
	case C.HL_SHUTDOWN:
		n.Shutdown = &event.Shutdown{Switch: sai.ObjectID(sw)}
	case C.HL_TX_READY:
		n.TxReady = &event.TxReady{Switch: sai.ObjectID(sw), Port: sai.ObjectID(second), Status: sai.PortHostTxReadyStatus(status)}
	}
	deliver(slot, n)
}

//export heddleNotifyHealth
func heddleNotifyHealth(slot C.int, sw C.uint64_t, severity C.int32_t, sec C.uint64_t, nsec C.uint32_t, category C.int32_t,
	size C.uint32_t, text *C.uint8_t) {
	e := &event.Health{Switch: sai.ObjectID(sw), Severity: sai.SwitchAsicSdkHealthSeverity(severity),
		Category: sai.SwitchAsicSdkHealthCategory(category), Time: sai.Timespec{TvSec: uint64(sec), TvNsec: uint32(nsec)}}
	if text != nil && size <= cabi.MaxList {
		e.Text = string(unsafe.Slice((*byte)(unsafe.Pointer(text)), int(size)))
	}
	deliver(slot, event.Event{Health: e})
}

// each decodes count structs of size bytes at data.
func each[T any](data unsafe.Pointer, count C.uint32_t, size int, decode func([]byte) T) []T {
	b := unsafe.Slice((*byte)(data), int(count)*size)
	out := make([]T, count)
	for i := range out {
		out[i] = decode(b[i*size : (i+1)*size])
	}
	return out
}
