package board

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// Board is a front panel.
type Board struct {
	Sockets []Socket
}

// Socket takes one transceiver. Its ports are named after the number in its own
// name and their first lane.
type Socket struct {
	Name    string
	Lanes   []uint32
	Index   []int // of each lane: the number on the panel
	Modes   []Mode
	Default string // the mode at first start
}

// Mode is one way to break a socket out.
type Mode struct {
	Name    string
	Aliases []string // of the ports, in order
}

// ErrMode reports a mode that the socket does not have.
var ErrMode = errors.New("unsupported breakout mode")

// Socket finds a socket by name.
func (b Board) Socket(name string) (Socket, bool) {
	for _, s := range b.Sockets {
		if s.Name == name {
			return s, true
		}
	}
	return Socket{}, false
}

var socketName = regexp.MustCompile(`^Ethernet(0|[1-9][0-9]{0,5})$`)

// base is the number in the socket's name.
func (s Socket) base() int {
	n, _ := strconv.Atoi(s.Name[len("Ethernet"):])
	return n
}

// check proves that a board makes sense, so that whoever uses it need not.
func (b Board) check() error {
	owners := map[uint32]string{}
	names := map[string]bool{}
	for _, s := range b.Sockets {
		if err := s.check(); err != nil {
			return fmt.Errorf("socket %q: %w", s.Name, err)
		}
		if names[s.Name] {
			return fmt.Errorf("socket %q is there twice", s.Name)
		}
		names[s.Name] = true
		for _, lane := range s.Lanes {
			if other, taken := owners[lane]; taken {
				return fmt.Errorf("socket %q: lane %d belongs to %s", s.Name, lane, other)
			}
			owners[lane] = s.Name
		}
	}
	return nil
}

func (s Socket) check() error {
	switch {
	case !socketName.MatchString(s.Name):
		return errors.New("the name is not Ethernet and a number")
	case len(s.Lanes) == 0:
		return errors.New("no lanes")
	case len(s.Index) != len(s.Lanes):
		return fmt.Errorf("%d indexes for %d lanes", len(s.Index), len(s.Lanes))
	case len(s.Modes) == 0:
		return errors.New("no breakout modes")
	}
	for _, m := range s.Modes {
		if _, err := s.Ports(m.Name); err != nil {
			return err
		}
	}
	if s.Default == "" {
		return nil
	}
	if _, err := s.Ports(s.Default); err != nil {
		return fmt.Errorf("default: %w", err)
	}
	return nil
}
