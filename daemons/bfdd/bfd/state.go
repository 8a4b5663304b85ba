package bfd

import "fmt"

// State is that of a session (RFC 5880 section 4.1).
type State uint8

// The states, with their numbers in packets.
const (
	AdminDown State = iota
	Down
	Init
	Up
)

// String is the name as SONiC's STATE_DB has it.
func (s State) String() string {
	switch s {
	case AdminDown:
		return "Admin_Down"
	case Down:
		return "Down"
	case Init:
		return "Init"
	case Up:
		return "Up"
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// Diag says why a session last left Up (RFC 5880 section 4.1).
type Diag uint8

// The reasons that arise here; a peer may have others.
const (
	DiagNone         Diag = 0
	DiagExpired      Diag = 1
	DiagNeighborDown Diag = 3
	DiagAdminDown    Diag = 7
)

// String is the reason in words.
func (d Diag) String() string {
	names := [...]string{
		"none", "control detection time expired", "echo function failed", "neighbor signaled session down", "forwarding plane reset",
		"path down", "concatenated path down", "administratively down", "reverse concatenated path down",
	}
	if int(d) < len(names) {
		return names[d]
	}
	return fmt.Sprintf("diagnostic %d", uint8(d))
}
