package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The VLANs that an operator may configure; 1 is the ASIC's default VLAN.
const (
	firstVLAN = 2
	lastVLAN  = int(schema.MaxVLANID)
)

// vlanArgument reads the number of one VLAN.
func vlanArgument(cmd *cobra.Command, arg string) (int, error) {
	if arg == "" || strings.Trim(arg, "0123456789") != "" {
		return 0, click.Fail(cmd, "%s is not integer", arg)
	}
	id, ok := atoi(arg)
	if id == 1 {
		return 0, click.Fail(cmd, "Vlan1 is default VLAN")
	}
	if !ok || id < firstVLAN || id > lastVLAN {
		return 0, click.Fail(cmd, "Invalid VLAN ID %s (%d-%d)", arg, firstVLAN, lastVLAN)
	}
	return id, nil
}

// vlanArguments reads one number, or with multiple a list such as "10-15,20".
func vlanArguments(cmd *cobra.Command, arg string, multiple bool) ([]int, error) {
	if !multiple {
		id, err := vlanArgument(cmd, arg)
		return []int{id}, err
	}
	var ids []int
	for part := range strings.SplitSeq(arg, ",") {
		first, last, isRange := strings.Cut(part, "-")
		a, err := vlanArgument(cmd, first)
		if err != nil {
			return nil, err
		}
		b := a
		if isRange {
			if b, err = vlanArgument(cmd, last); err != nil {
				return nil, err
			}
		}
		if a > b {
			return nil, click.Fail(cmd, "%d is greater than %d. List cannot be generated", a, b)
		}
		for id := a; id <= b; id++ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// existingVLANs lists the numbers of the configured VLANs.
func existingVLANs(c *commit.Candidate) []int {
	var ids []int
	for _, name := range c.Keys(schema.TableVLAN) {
		if id, ok := atoi(strings.TrimPrefix(name, "Vlan")); ok {
			ids = append(ids, id)
		}
	}
	return ids
}
