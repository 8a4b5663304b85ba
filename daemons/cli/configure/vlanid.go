package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The VLANs that an operator may configure; 1 is the ASIC's default VLAN, which is there for whoever takes something away.
const (
	anyVLAN   = 1
	firstVLAN = 2
	lastVLAN  = int(schema.MaxVLANID)
)

// vlanArgument reads the number of one VLAN, from a first one on.
func vlanArgument(cmd *cobra.Command, arg string, first int) (int, error) {
	if arg == "" || strings.Trim(arg, "0123456789") != "" {
		return 0, click.Fail(cmd, "%s is not integer", arg)
	}
	id, ok := atoi(arg)
	if ok && id == anyVLAN && first > anyVLAN {
		return 0, click.Fail(cmd, "Vlan1 is default VLAN")
	}
	if !ok || id < first || id > lastVLAN {
		return 0, click.Fail(cmd, "Invalid VLAN ID %s (%d-%d)", arg, firstVLAN, lastVLAN)
	}
	return id, nil
}

// vlanArguments reads one number, or with multiple a list such as "10-15,20".
func vlanArguments(cmd *cobra.Command, arg string, multiple bool, first int) ([]int, error) {
	if !multiple {
		id, err := vlanArgument(cmd, arg, first)
		return []int{id}, err
	}
	var ids []int
	for part := range strings.SplitSeq(strings.ReplaceAll(arg, " ", ""), ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			id, err := vlanArgument(cmd, part, first)
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
			continue
		}
		a, b, err := vlanRange(cmd, low, high)
		if err != nil {
			return nil, err
		}
		for id := a; id <= b; id++ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// vlanRange reads the ends of a range, which has at least two VLANs and never the default one.
func vlanRange(cmd *cobra.Command, low, high string) (a, b int, err error) {
	for _, end := range []string{low, high} {
		if end == "" || strings.Trim(end, "0123456789") != "" {
			return 0, 0, click.Fail(cmd, "%s-%s is not integer", low, high)
		}
	}
	a, okA := atoi(low)
	b, okB := atoi(high)
	switch {
	case okA && a == anyVLAN || okB && b == anyVLAN:
		return 0, 0, click.Fail(cmd, "Vlan1 is default vlan")
	case okA && okB && a >= b:
		return 0, 0, click.Fail(cmd, "%d is greater than %d. List cannot be generated", a, b)
	case !okA || !okB || a < firstVLAN || b > lastVLAN:
		return 0, 0, click.Fail(cmd, "Invalid VLAN ID must be in (%d-%d)", firstVLAN, lastVLAN)
	}
	return a, b, nil
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
