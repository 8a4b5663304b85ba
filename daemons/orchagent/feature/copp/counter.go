package copp

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// keyTraps is the row of FLEX_COUNTER_TABLE that has traps counted.
const keyTraps = "FLOW_CNT_TRAP"

// renderCounters gives every trap that there can be a counter. A trap whose
// counter the ASIC refuses works without.
func renderCounters(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	if row.Key != keyTraps {
		return r, nil
	}
	var cfg schema.FlexCounter
	if err := statedb.Decode(row.Fields, &cfg); err != nil || cfg.Status != "enable" {
		return r, err
	}
	for _, name := range slices.Sorted(maps.Keys(trapTypes())) {
		counter := object.TrapCounter(name)
		r.Add(object.Fragment{
			Key: counter, Type: sai.ObjectTypeCounter,
			Attrs: []object.Attr{object.Val(sai.CounterAttrType, sai.Enum(sai.CounterTypeRegular))},
		})
		r.Add(object.Fragment{
			Key: object.Trap(name), Type: sai.ObjectTypeHostifTrap, Partial: true,
			Attrs: []object.Attr{object.Wish(sai.HostifTrapAttrCounterID, counter)},
		})
	}
	return r, nil
}

const (
	nameMap   = "COUNTERS_TRAP_NAME_MAP"
	flexTable = "FLEX_COUNTER_TABLE"
	group     = "HOSTIF_TRAP_FLOW_COUNTER:"
	polled    = "SAI_COUNTER_STAT_PACKETS,SAI_COUNTER_STAT_BYTES"
)

// Publisher tells which counter counts for which trap: it remembers both for that,
// as they come in any order. It belongs to one goroutine.
type Publisher struct {
	counters map[object.Key]string // virtual ids
	traps    map[string]object.Key // counter of a trap that is there
}

// NewPublisher returns a publisher that knows of nothing.
func NewPublisher() *Publisher {
	return &Publisher{counters: map[object.Key]string{}, traps: map[string]object.Key{}}
}

// Publish tells of a trap, or of a counter, that came or went.
func (p *Publisher) Publish(ev publish.Event) []publish.Write {
	key := ev.Object.Key
	switch ev.Object.Type {
	case sai.ObjectTypeCounter:
		if delete(p.counters, key); !ev.Gone {
			p.counters[key] = ev.VID
		}
		for name, counter := range p.traps {
			if counter == key {
				return p.tell(name, ev.VID)
			}
		}
	case sai.ObjectTypeHostifTrap:
		name := key.Name()
		before := p.counters[p.traps[name]]
		delete(p.traps, name)
		if at := ev.Object.Attr(sai.HostifTrapAttrCounterID); at != nil && len(at.Refs) == 1 && !ev.Gone {
			p.traps[name] = at.Refs[0]
		}
		if vid := p.counters[p.traps[name]]; vid != "" {
			return p.tell(name, vid)
		}
		return p.tell(name, before)
	}
	return nil
}

// tell gives a trap's counter its name and has it polled, if both are there.
func (p *Publisher) tell(name, vid string) []publish.Write {
	if vid == "" {
		return nil
	}
	counted := p.counters[p.traps[name]]
	out := []publish.Write{publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: counted})}
	if counted == "" {
		return append(out, publish.Delete(statedb.FlexCounterDB, flexTable, group+vid))
	}
	return append(out, publish.Set(statedb.FlexCounterDB, flexTable, group+vid, map[string]string{"FLOW_COUNTER_ID_LIST": polled}))
}
