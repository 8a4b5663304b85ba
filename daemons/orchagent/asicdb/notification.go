package asicdb

import (
	"encoding/json"
	"fmt"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Names of the notifications of syncd.
const (
	NotifyPortState = "port_state_change"
	NotifyFDB       = "fdb_event"
)

// PortState is one port's change of state.
type PortState struct {
	Port sai.ObjectID
	Up   bool
}

// ParsePortStates reads the data of a port_state_change.
func ParsePortStates(data string) ([]PortState, error) {
	var raw []struct {
		PortID string `json:"port_id"`
		State  string `json:"port_state"`
	}
	if err := json.Unmarshal([]byte(data), &raw); err != nil {
		return nil, fmt.Errorf("parse %s: %w", NotifyPortState, err)
	}
	out := make([]PortState, 0, len(raw))
	for _, r := range raw {
		vid, err := text.ParseOID(r.PortID)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", NotifyPortState, err)
		}
		out = append(out, PortState{Port: vid, Up: r.State == sai.PortOperStatusUp.String()})
	}
	return out, nil
}

// FDBEvent is one change of the forwarding database.
type FDBEvent struct {
	Event sai.FDBEvent
	Entry sai.FDBEntry
	Port  sai.ObjectID // bridge port
	Type  sai.FDBEntryType
}

// ParseFDBEvents reads the data of an fdb_event.
func ParseFDBEvents(data string) ([]FDBEvent, error) {
	var raw []struct {
		Entry string `json:"fdb_entry"`
		Event string `json:"fdb_event"`
		List  []struct {
			ID    string `json:"id"`
			Value string `json:"value"`
		} `json:"list"`
	}
	if err := json.Unmarshal([]byte(data), &raw); err != nil {
		return nil, fmt.Errorf("parse %s: %w", NotifyFDB, err)
	}
	out := make([]FDBEvent, 0, len(raw))
	for _, r := range raw {
		e, err := text.DecodeEntry(sai.ObjectTypeFDBEntry, r.Entry)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", NotifyFDB, err)
		}
		ev := FDBEvent{Entry: e.(sai.FDBEntry), Type: sai.FDBEntryTypeDynamic, Event: -1}
		for _, k := range []sai.FDBEvent{sai.FDBEventLearned, sai.FDBEventAged, sai.FDBEventMove, sai.FDBEventFlushed} {
			if k.String() == r.Event {
				ev.Event = k
			}
		}
		if ev.Event < 0 {
			return nil, fmt.Errorf("parse %s: unknown event %.60q", NotifyFDB, r.Event)
		}
		for _, at := range r.List {
			ev.attr(at.ID, at.Value)
		}
		out = append(out, ev)
	}
	return out, nil
}

func (e *FDBEvent) attr(name, value string) {
	a, err := text.DecodeAttr(sai.ObjectTypeFDBEntry, name, value)
	if err != nil {
		return // an attribute that does not matter here
	}
	switch a.ID {
	case sai.FDBEntryAttrBridgePortID:
		e.Port = a.Value.OID()
	case sai.FDBEntryAttrType:
		e.Type = sai.FDBEntryType(a.Value.Enum())
	}
}
