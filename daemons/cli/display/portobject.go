package display

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// portObject is a queue or a priority group of a port.
type portObject struct {
	port  string
	index int
	oid   string
	kind  string // of a queue: UC, MC or ALL
}

// name is how tables call a queue: UC3.
func (o portObject) name() string { return o.kind + strconv.Itoa(o.index) }

// portObjects reads the queues or priority groups that have counters, by port
// and index. The maps of COUNTERS_DB have names that begin alike.
func (v *view) portObjects(ctx context.Context, maps string) ([]portObject, error) {
	names, err := v.hash(ctx, statedb.CountersDB, maps+"_NAME_MAP")
	if err != nil {
		return nil, err
	}
	kinds, err := v.hash(ctx, statedb.CountersDB, maps+"_TYPE_MAP")
	if err != nil {
		return nil, err
	}
	out := make([]portObject, 0, len(names))
	for name, oid := range names {
		cut := strings.LastIndexByte(name, ':')
		if cut < 0 {
			continue
		}
		index, err := strconv.Atoi(name[cut+1:])
		if err != nil || index < 0 || index > maxIndex {
			continue
		}
		out = append(out, portObject{name[:cut], index, oid, queueKind(kinds[oid])})
	}
	slices.SortFunc(out, func(a, b portObject) int {
		if c := natural.Compare(a.port, b.port); c != 0 {
			return c
		}
		return a.index - b.index
	})
	return out, nil
}

// maxIndex bounds what a map may claim: a table has a column for each index.
const maxIndex = 4095

func queueKind(sai string) string {
	switch sai {
	case "SAI_QUEUE_TYPE_UNICAST":
		return "UC"
	case "SAI_QUEUE_TYPE_MULTICAST":
		return "MC"
	case "SAI_QUEUE_TYPE_ALL":
		return "ALL"
	case "SAI_QUEUE_TYPE_UNICAST_VOQ":
		return "VOQ"
	}
	return ""
}

func oids(all []portObject) []string {
	out := make([]string, len(all))
	for i, o := range all {
		out[i] = o.oid
	}
	return out
}

// byPort cuts a sorted list where the port changes.
func byPort(all []portObject) [][]portObject {
	var out [][]portObject
	for i, o := range all {
		if i == 0 || all[i-1].port != o.port {
			out = append(out, nil)
		}
		last := len(out) - 1
		out[last] = append(out[last], o)
	}
	return out
}
