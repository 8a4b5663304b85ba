package counters

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// minInterval bounds how often a group may be polled.
const minInterval = 100 * time.Millisecond

// defaultChunk bounds the objects that one call reads: what else the ASIC is
// asked for waits meanwhile.
const defaultChunk = 512

const fieldMode = "STATS_MODE" // of a group and of an object

func statsMode(s string) sai.StatsMode {
	if s == "STATS_MODE_READ_AND_CLEAR" {
		return sai.StatsModeReadAndClear
	}
	return sai.StatsModeRead
}

// group is what FLEX_COUNTER_GROUP_TABLE says about a group.
type group struct {
	interval time.Duration
	enabled  bool
	mode     sai.StatsMode
	chunk    int      // objects that one call reads
	plugins  []string // SHA-1 of the scripts to run after each poll
	targets  map[sai.ObjectID]*target
	due      time.Time
}

// target is one polled object.
type target struct {
	obj     sai.Object // virtual
	ids     []sai.StatID
	names   []string
	key     string          // names in one: targets with the same are read together
	checked bool            // what the ASIC does not count was sorted out
	attrs   []*sai.AttrMeta // attributes to be read like counters
	mode    *sai.StatsMode  // instead of the group's
}

func (t *target) empty() bool { return len(t.ids)+len(t.attrs) == 0 }

// configure reads the row of a group.
func (g *group) configure(fields []statedb.Field) error {
	var bad error
	g.interval, g.enabled, g.mode, g.chunk, g.plugins = 0, false, sai.StatsModeRead, defaultChunk, nil
	for _, f := range fields {
		switch {
		case f.Name == "POLL_INTERVAL":
			ms, err := strconv.ParseUint(f.Value, 10, 31)
			if err != nil {
				bad = fmt.Errorf("POLL_INTERVAL %.40q: want milliseconds", f.Value)
				continue
			}
			g.interval = max(time.Duration(ms)*time.Millisecond, minInterval)
		case f.Name == "BULK_CHUNK_SIZE":
			n, err := strconv.ParseUint(f.Value, 10, 31)
			if err != nil {
				bad = fmt.Errorf("BULK_CHUNK_SIZE %.40q: want a number of objects", f.Value)
			} else if n > 0 {
				g.chunk = int(n)
			}
		case f.Name == "FLEX_COUNTER_STATUS":
			g.enabled = f.Value == "enable"
		case f.Name == fieldMode:
			g.mode = statsMode(f.Value)
		case strings.HasSuffix(f.Name, "_PLUGIN_LIST") && f.Value != "":
			g.plugins = strings.Split(f.Value, ",")
		}
	}
	return bad
}

// active tells whether the group is to be polled at all.
func (g *group) active() bool { return g.enabled && g.interval > 0 && len(g.targets) > 0 }

// sorted lists the targets in a stable order.
func (g *group) sorted() []*target {
	list := make([]*target, 0, len(g.targets))
	for _, t := range g.targets {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b *target) int {
		if a.obj.OID < b.obj.OID {
			return -1
		}
		return 1
	})
	return list
}

// parseKey splits "<group>:oid:0x..".
func parseKey(key string) (string, sai.ObjectID, error) {
	name, id, ok := strings.Cut(key, ":")
	if !ok {
		return "", 0, fmt.Errorf("counter key %.80q: want <group>:<oid>", key)
	}
	oid, err := text.ParseOID(id)
	return name, oid, err
}

// newTarget reads the row of an object: its "<KIND>_COUNTER_ID_LIST" fields name
// counters of its type, "<KIND>_ATTR_ID_LIST" attributes. Names that SAI does not
// know are returned.
func newTarget(id sai.ObjectID, fields []statedb.Field) (*target, []string) {
	t := &target{obj: sai.ObjectOf(vid.TypeOf(id), id)}
	var unknown []string
	for _, f := range fields {
		var add func(name string) bool
		switch {
		case f.Name == fieldMode:
			mode := statsMode(f.Value)
			t.mode = &mode
			continue
		case strings.HasSuffix(f.Name, "_COUNTER_ID_LIST"):
			add = t.addCounter
		case strings.HasSuffix(f.Name, "_ATTR_ID_LIST"):
			add = t.addAttr
		default:
			continue
		}
		for name := range strings.SplitSeq(f.Value, ",") {
			if name != "" && !add(name) {
				unknown = append(unknown, name)
			}
		}
	}
	t.key = strings.Join(t.names, ",")
	return t, unknown
}

func (t *target) addCounter(name string) bool {
	id, ok := text.StatByName(t.obj.Type, name)
	if ok {
		t.ids, t.names = append(t.ids, id), append(t.names, name)
	}
	return ok
}

// addAttr takes an attribute whose value says the same to everybody: ids of
// objects, real ones, do not.
func (t *target) addAttr(name string) bool {
	info, ok := sai.ObjectTypeInfo(t.obj.Type)
	if !ok {
		return false
	}
	m := info.AttrByName(name)
	if m == nil || len(m.Objects) > 0 {
		return false
	}
	t.attrs = append(t.attrs, m)
	return true
}
