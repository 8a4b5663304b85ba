package display

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newClearDHCPRelay makes `sonic-clear dhcp_relay`.
func newClearDHCPRelay(s *session.Session) *cobra.Command {
	return click.Group("dhcp_relay", "Clear counters of the DHCP relay",
		click.Group("ipv4", "Clear counters of the DHCPv4 relay", newClearRelay4(s)),
		click.Group("ipv6", "Clear counters of the DHCPv6 relay", newClearRelay6(s)))
}

func newClearRelay4(s *session.Session) *cobra.Command {
	var choice relayChoice
	var iface string
	cmd := click.Command("counters", "Clear counters of DHCPv4 messages", click.Args(), func(cmd *cobra.Command, _ []string) error {
		return choice.clear(cmd.Context(), &view{Session: s, cmd: cmd}, iface)
	})
	choice.flags(cmd)
	cmd.Flags().StringVarP(&iface, "interface", "i", "", "Clear only this interface")
	return cmd
}

func newClearRelay6(s *session.Session) *cobra.Command {
	var iface string
	cmd := click.Command("counters", "Clear counters of DHCPv6 messages", click.Args(), func(cmd *cobra.Command, _ []string) error {
		return clearRelay6(cmd.Context(), &view{Session: s, cmd: cmd}, iface)
	})
	cmd.Flags().StringVarP(&iface, "interface", "i", "", "Clear only this interface")
	return cmd
}

// clear sets counts of a VLAN and its ports to zero: the relay keeps them in
// the database itself, and counts on from there.
func (c *relayChoice) clear(ctx context.Context, v *view, vlan string) error {
	if vlan != "" {
		known, err := v.rows(ctx, statedb.ConfigDB, schema.TableVLAN, []string{vlan})
		if err != nil {
			return err
		}
		if known[vlan] == nil {
			return click.Fail(v.cmd, "%s doesn't exist", vlan)
		}
	}
	db, err := v.DB(statedb.CountersDB)
	if err != nil {
		return err
	}
	rows, err := v.all(ctx, statedb.CountersDB, relayCounters4)
	if err != nil {
		return err
	}
	for key, row := range rows {
		name, _, _ := strings.Cut(key, ":")
		if vlan != "" && name != vlan {
			continue
		}
		for _, dir := range c.dirs() {
			text := c.zeroed(row[dir])
			if err := db.Redis().HSet(ctx, db.RowKey(relayCounters4, key), dir, text).Err(); err != nil {
				return fmt.Errorf("clear the counters of %s: %w", key, err)
			}
		}
	}
	v.Printf("Clear DHCPv4 relay counter done\n")
	return nil
}

// zeroed gives the text of a direction's counts with some of them at zero.
func (c *relayChoice) zeroed(text string) string {
	counts := make(map[string]any)
	_ = json.Unmarshal([]byte(strings.ReplaceAll(text, "'", `"`)), &counts) // what cannot be read is counted anew
	for _, kind := range c.kinds() {
		counts[kind] = "0"
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("'%s': '%v'", kind, counts[kind]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func clearRelay6(ctx context.Context, v *view, only string) error {
	db, err := v.DB(statedb.StateDB)
	if err != nil {
		return err
	}
	rows, err := v.all(ctx, statedb.StateDB, relayCounters6)
	if err != nil {
		return err
	}
	zeros := make([]any, 0, 2*len(relayMessages6()))
	for _, m := range relayMessages6() {
		zeros = append(zeros, m, "0")
	}
	for key := range rows {
		if only != "" && key != only {
			continue
		}
		if err := db.Redis().HSet(ctx, db.RowKey(relayCounters6, key), zeros...).Err(); err != nil {
			return fmt.Errorf("clear the counters of %s: %w", key, err)
		}
	}
	return nil
}
