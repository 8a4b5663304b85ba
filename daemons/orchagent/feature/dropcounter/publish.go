package dropcounter

import (
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

const (
	portMap   = "COUNTERS_DEBUG_NAME_PORT_STAT_MAP"
	switchMap = "COUNTERS_DEBUG_NAME_SWITCH_STAT_MAP"
	flexTable = "FLEX_COUNTER_TABLE"
	group     = "DEBUG_STAT_COUNTER:"
)

// Publisher tells what the counters are called, and which of them each port is
// polled for: it remembers ports and counters for that. It belongs to one
// goroutine.
type Publisher struct {
	ports    map[string]bool   // virtual ids
	onPort   map[string]string // what the ASIC calls a counter, by name
	onSwitch map[string]string
	sw       string // virtual id
}

// NewPublisher returns a publisher that knows of nothing.
func NewPublisher() *Publisher {
	return &Publisher{ports: map[string]bool{}, onPort: map[string]string{}, onSwitch: map[string]string{}}
}

// Publish tells of a counter, or of a port, that came or went.
func (p *Publisher) Publish(ev publish.Event) []publish.Write {
	switch {
	case ev.Object.Type == sai.ObjectTypeSwitch:
		p.sw = ev.VID
		return p.poll("SWITCH_DEBUG_COUNTER_ID_LIST", p.onSwitch, p.sw)
	case ev.Object.Type == sai.ObjectTypePort && ev.Object.Key != object.CPUPort:
		return p.port(ev)
	case ev.Object.Type == sai.ObjectTypeDebugCounter:
		return p.counter(ev)
	}
	return nil
}

func (p *Publisher) port(ev publish.Event) []publish.Write {
	if ev.Gone {
		delete(p.ports, ev.VID)
		return []publish.Write{publish.Delete(statedb.FlexCounterDB, flexTable, group+ev.VID)}
	}
	p.ports[ev.VID] = true
	return p.poll("PORT_DEBUG_COUNTER_ID_LIST", p.onPort, ev.VID)
}

func (p *Publisher) counter(ev publish.Event) []publish.Write {
	_, name, _ := strings.Cut(ev.Object.Key.Name(), "/")
	known, table := p.onSwitch, switchMap
	kind := typeOf(ev.Object)
	if kind == sai.DebugCounterTypePortInDropReasons || kind == sai.DebugCounterTypePortOutDropReasons {
		known, table = p.onPort, portMap
	}
	stat := ""
	if delete(known, name); !ev.Gone {
		stat = statName(kind, ev.Facts.Index)
		known[name] = stat
	}
	out := []publish.Write{publish.Set(statedb.CountersDB, table, "", map[string]string{name: stat})}
	if table == switchMap {
		return append(out, p.poll("SWITCH_DEBUG_COUNTER_ID_LIST", p.onSwitch, p.sw)...)
	}
	for _, vid := range slices.Sorted(maps.Keys(p.ports)) {
		out = append(out, p.poll("PORT_DEBUG_COUNTER_ID_LIST", p.onPort, vid)...)
	}
	return out
}

func typeOf(o *object.Object) sai.DebugCounterType {
	at := o.Attr(sai.DebugCounterAttrType)
	if at == nil {
		return sai.DebugCounterTypeSwitchInDropReasons
	}
	return sai.DebugCounterType(at.Value.Enum())
}

// statName names the counter that a debug counter of an index stands behind.
func statName(t sai.DebugCounterType, index uint64) string {
	switch t {
	case sai.DebugCounterTypePortInDropReasons:
		return sai.PortStat(uint64(sai.PortStatInDropReasonRangeBase) + index).String()
	case sai.DebugCounterTypePortOutDropReasons:
		return sai.PortStat(uint64(sai.PortStatOutDropReasonRangeBase) + index).String()
	case sai.DebugCounterTypeSwitchOutDropReasons:
		return sai.SwitchStat(uint64(sai.SwitchStatOutDropReasonRangeBase) + index).String()
	}
	return sai.SwitchStat(uint64(sai.SwitchStatInDropReasonRangeBase) + index).String()
}

// poll asks for all counters of an object, or for none any more.
func (p *Publisher) poll(field string, known map[string]string, vid string) []publish.Write {
	if vid == "" {
		return nil
	}
	stats := slices.Sorted(maps.Values(known))
	key := group + vid
	if len(stats) == 0 {
		return []publish.Write{publish.Delete(statedb.FlexCounterDB, flexTable, key)}
	}
	return []publish.Write{publish.Set(statedb.FlexCounterDB, flexTable, key, map[string]string{field: strings.Join(stats, ",")})}
}
