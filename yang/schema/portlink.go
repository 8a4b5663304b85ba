package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// all advertises everything that the port can do.
const all = "all"

// PortMedium is how a port's signal goes on: over copper, fibre, a backplane.
type PortMedium string

// UnmarshalText accepts the types of SONiC's PORT table.
func (m *PortMedium) UnmarshalText(b []byte) error {
	if err := oneOf("interface type", b, "CAUI", "CAUI4", "CR", "CR2", "CR4", "CR8", "GMII", "KR", "KR2", "KR4", "KR8", "LR", "LR4", "LR8",
		"SFI", "SR", "SR2", "SR4", "SR8", "XAUI", "XFI", "XGMII", "XLAUI", "none"); err != nil {
		return err
	}
	*m = PortMedium(b)
	return nil
}

// AdvSpeeds are the speeds that a port offers its partner, as written: "all",
// or a comma list of Mbit/s.
type AdvSpeeds string

// UnmarshalText accepts "all" and lists of speeds.
func (a *AdvSpeeds) UnmarshalText(b []byte) error {
	if text := string(b); text != all {
		for s := range strings.SplitSeq(text, ",") {
			var speed Speed
			if err := speed.UnmarshalText([]byte(s)); err != nil {
				return fmt.Errorf("advertised %w", err)
			}
		}
	}
	*a = AdvSpeeds(b)
	return nil
}

// List gives the speeds, smallest first; none stands for all.
func (a AdvSpeeds) List() []uint32 {
	var out []uint32
	for s := range strings.SplitSeq(string(a), ",") {
		if n, err := strconv.ParseUint(s, 10, 32); err == nil {
			out = append(out, uint32(n))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// AdvTypes are the media that a port offers its partner, as written: "all", or
// a comma list.
type AdvTypes string

// UnmarshalText accepts "all" and lists of media.
func (a *AdvTypes) UnmarshalText(b []byte) error {
	if text := string(b); text != all {
		for s := range strings.SplitSeq(text, ",") {
			var m PortMedium
			if err := m.UnmarshalText([]byte(s)); err != nil {
				return fmt.Errorf("advertised %w", err)
			}
		}
	}
	*a = AdvTypes(b)
	return nil
}

// List gives the media in order; none stands for all.
func (a AdvTypes) List() []PortMedium {
	if a == "" || a == all {
		return nil
	}
	var out []PortMedium
	for s := range strings.SplitSeq(string(a), ",") {
		out = append(out, PortMedium(s))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
