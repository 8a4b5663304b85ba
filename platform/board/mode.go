package board

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// group is a part of a mode: so many equal ports over so many lanes.
type group struct {
	ports  int
	speed  int // Mbit/s
	speeds []int
	lanes  int
}

// groupForm is SONiC's: 4x25G[10G,1G](4). Speeds without a unit are in Mbit/s.
var groupForm = regexp.MustCompile(`^(\d{1,6})x(\d{1,6}G?)(?:\[((?:\d{1,6}G?,?)*)\])?(?:\((\d{1,6})\))?$`)

// parseMode reads a mode such as 1x100G[40G] or 2x25G(2)+1x50G(2). A group that
// names no number of lanes has all of them.
func parseMode(mode string, lanes int) ([]group, error) {
	var groups []group
	used := 0
	for part := range strings.SplitSeq(mode, "+") {
		g, err := parseGroup(part, lanes)
		if err != nil {
			return nil, fmt.Errorf("breakout mode %q: %w", mode, err)
		}
		used += g.lanes
		groups = append(groups, g)
	}
	if used > lanes {
		return nil, fmt.Errorf("breakout mode %q: needs %d lanes, there are %d", mode, used, lanes)
	}
	return groups, nil
}

func parseGroup(part string, lanes int) (group, error) {
	m := groupForm.FindStringSubmatch(part)
	if m == nil {
		return group{}, fmt.Errorf("%q is not of the form 4x25G[10G](4)", part)
	}
	g := group{lanes: lanes, speed: mbps(m[2])}
	g.ports, _ = strconv.Atoi(m[1])
	if m[4] != "" {
		g.lanes, _ = strconv.Atoi(m[4])
	}
	if g.ports == 0 || g.lanes < g.ports || g.speed == 0 {
		return group{}, fmt.Errorf("%q: %d ports of %d Mbit/s on %d lanes", part, g.ports, g.speed, g.lanes)
	}
	speeds := map[int]bool{g.speed: true}
	for s := range strings.SplitSeq(m[3], ",") {
		if s != "" {
			speeds[mbps(s)] = true
		}
	}
	g.speeds = slices.Sorted(maps.Keys(speeds))
	return g, nil
}

func mbps(text string) int {
	number, giga := strings.CutSuffix(text, "G")
	n, _ := strconv.Atoi(number) // the form allows digits only
	if giga {
		return n * 1000
	}
	return n
}

// sameMode reports whether two modes mean the same, however they are written.
func sameMode(a, b []group) bool {
	return slices.EqualFunc(a, b, func(x, y group) bool {
		return x.ports == y.ports && x.lanes == y.lanes && slices.Equal(x.speeds, y.speeds)
	})
}
