package board

import (
	"fmt"
	"strconv"
	"strings"
)

// Port is a port that a mode makes.
type Port struct {
	Name    string
	Alias   string
	Lanes   []uint32
	Speed   int // Mbit/s
	Index   int
	Subport int    // its number in the socket, 0 if it has all of it
	FEC     string // empty: as the ASIC has it
}

// fecSpeed is the speed of a lane, in Mbit/s, from which on a link needs RS-FEC.
const fecSpeed = 50000

// Ports gives the ports of a socket in a mode: the mode as the board writes it,
// or one that means the same.
func (s Socket) Ports(mode string) ([]Port, error) {
	groups, err := parseMode(mode, len(s.Lanes))
	if err != nil {
		return nil, err
	}
	aliases, ok := s.aliases(mode, groups)
	if !ok {
		return nil, fmt.Errorf("%w %s of %s", ErrMode, mode, s.Name)
	}
	total := 0
	for _, g := range groups {
		total += g.ports
	}
	if len(aliases) != total {
		return nil, fmt.Errorf("breakout mode %q: %d aliases for %d ports", mode, len(aliases), total)
	}
	var ports []Port
	lane := 0
	for _, g := range groups {
		each := g.lanes / g.ports
		for range g.ports {
			p := Port{
				Name: "Ethernet" + strconv.Itoa(s.base()+lane), Alias: aliases[len(ports)],
				Lanes: s.Lanes[lane : lane+each], Speed: g.speed, Index: s.Index[lane],
			}
			if total > 1 {
				p.Subport = len(ports) + 1
			}
			if g.speed/each >= fecSpeed {
				p.FEC = "rs"
			}
			ports = append(ports, p)
			lane += each
		}
	}
	return ports, nil
}

// Has reports whether the socket has a mode, as the board writes it.
func (s Socket) Has(mode string) bool {
	for _, m := range s.Modes {
		if m.Name == mode {
			return true
		}
	}
	return false
}

func (s Socket) aliases(mode string, groups []group) ([]string, bool) {
	for _, m := range s.Modes {
		if m.Name == mode {
			return m.Aliases, true
		}
	}
	for _, m := range s.Modes {
		if other, err := parseMode(m.Name, len(s.Lanes)); err == nil && sameMode(groups, other) {
			return m.Aliases, true
		}
	}
	return nil, false
}

// Row is the port as a row of CONFIG_DB PORT.
func (p Port) Row() map[string]string {
	row := map[string]string{
		"alias": p.Alias, "lanes": lanesText(p.Lanes), "speed": strconv.Itoa(p.Speed),
		"index": strconv.Itoa(p.Index), "subport": strconv.Itoa(p.Subport),
	}
	if p.FEC != "" {
		row["fec"] = p.FEC
	}
	return row
}

func lanesText(lanes []uint32) string {
	texts := make([]string, len(lanes))
	for i, l := range lanes {
		texts[i] = strconv.FormatUint(uint64(l), 10)
	}
	return strings.Join(texts, ",")
}
