package board

import (
	"slices"
	"strconv"
	"strings"
)

// Current finds the mode that a socket is in from the rows of CONFIG_DB PORT, for a configuration that does not say: one that was written before
// BREAKOUT_CFG, or that never had it. Of modes that make the same ports it is the first with the ports' speeds, else the first. ok is false when no
// mode makes just the ports that are there.
func (s Socket) Current(rows map[string]map[string]string) (mode string, ok bool) {
	for _, m := range s.Modes {
		groups, err := parseMode(m.Name, len(s.Lanes))
		if err != nil {
			continue
		}
		ports, err := s.Ports(m.Name)
		if err != nil || !s.onlyHas(rows, ports) {
			continue
		}
		if s.runs(rows, ports, groups) {
			return m.Name, true
		}
		if !ok {
			mode, ok = m.Name, true
		}
	}
	return mode, ok
}

// onlyHas reports whether the ports on the socket's lanes are some given ones.
func (s Socket) onlyHas(rows map[string]map[string]string, ports []Port) bool {
	here := 0
	for _, row := range rows {
		if s.owns(row["lanes"]) {
			here++
		}
	}
	for _, p := range ports {
		if !sameNumbers(rows[p.Name]["lanes"], lanesText(p.Lanes)) {
			return false
		}
	}
	return here == len(ports)
}

func (s Socket) owns(lanes string) bool {
	for text := range strings.SplitSeq(lanes, ",") {
		if n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32); err == nil && slices.Contains(s.Lanes, uint32(n)) {
			return true
		}
	}
	return false
}

// runs reports whether each port has a speed of its mode.
func (s Socket) runs(rows map[string]map[string]string, ports []Port, groups []group) bool {
	for _, g := range groups {
		for _, p := range ports[:g.ports] {
			speed, err := strconv.Atoi(rows[p.Name]["speed"])
			if err != nil || !slices.Contains(g.speeds, speed) {
				return false
			}
		}
		ports = ports[g.ports:]
	}
	return true
}

// sameNumbers compares two lists, whatever their order.
func sameNumbers(a, b string) bool {
	x, y := strings.Split(a, ","), strings.Split(b, ",")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
