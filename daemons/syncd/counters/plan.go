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

// group is what FLEX_COUNTER_GROUP_TABLE says about a group.
type group struct {
	interval time.Duration
	enabled  bool
	mode     sai.StatsMode
	plugins  []string // SHA-1 of the scripts to run after each poll
	targets  map[sai.ObjectID]*target
	due      time.Time
}

// target is one polled object.
type target struct {
	obj     sai.Object // virtual
	ids     []sai.StatID
	names   []string
	checked bool // what the ASIC does not count was sorted out
}

// configure reads the row of a group.
func (g *group) configure(fields []statedb.Field) error {
	var bad error
	g.interval, g.enabled, g.mode, g.plugins = 0, false, sai.StatsModeRead, nil
	for _, f := range fields {
		switch {
		case f.Name == "POLL_INTERVAL":
			ms, err := strconv.ParseUint(f.Value, 10, 31)
			if err != nil {
				bad = fmt.Errorf("POLL_INTERVAL %.40q: want milliseconds", f.Value)
				continue
			}
			g.interval = max(time.Duration(ms)*time.Millisecond, minInterval)
		case f.Name == "FLEX_COUNTER_STATUS":
			g.enabled = f.Value == "enable"
		case f.Name == "STATS_MODE":
			if f.Value == "STATS_MODE_READ_AND_CLEAR" {
				g.mode = sai.StatsModeReadAndClear
			}
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

// newTarget reads the row of an object: its "<KIND>_COUNTER_ID_LIST" fields
// name counters of its type. Names that SAI does not know are returned.
func newTarget(id sai.ObjectID, fields []statedb.Field) (*target, []string) {
	t := &target{obj: sai.ObjectOf(vid.TypeOf(id), id)}
	var unknown []string
	for _, f := range fields {
		if !strings.HasSuffix(f.Name, "_COUNTER_ID_LIST") {
			continue
		}
		for name := range strings.SplitSeq(f.Value, ",") {
			stat, ok := text.StatByName(t.obj.Type, name)
			switch {
			case ok:
				t.ids = append(t.ids, stat)
				t.names = append(t.names, name)
			case name != "":
				unknown = append(unknown, name)
			}
		}
	}
	return t, unknown
}
