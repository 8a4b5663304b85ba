package display

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// bgpScope is what a tree of BGP commands is about.
type bgpScope struct {
	family schema.BGPFamily // empty: IPv4 and IPv6
	vrf    string           // empty: the default one
}

// addBGP makes `show ip bgp`, `show ipv6 bgp` and `show bgp`. What they show is
// asked of routingd.
func addBGP(s *session.Session, root *cobra.Command) {
	for word, family := range map[string]schema.BGPFamily{"ip": schema.BGPIPv4, "ipv6": schema.BGPIPv6} {
		scope := bgpScope{family: family}
		groupAt(root, word, "bgp").AddCommand(append(scope.commands(s), newBGPVRF(s, scope), newBGPAggregates(s, family))...)
	}
	bgp := groupAt(root, "bgp")
	bgp.AddCommand(append(bgpScope{}.commands(s), newBGPVRF(s, bgpScope{}))...)
	bgp.AddCommand(click.Group("ipv4", "Show IPv4 BGP information", bgpScope{family: schema.BGPIPv4}.commands(s)...),
		click.Group("ipv6", "Show IPv6 BGP information", bgpScope{family: schema.BGPIPv6}.commands(s)...))
	groupAt(root, "bgp", "l2vpn", "evpn").AddCommand(bgpScope{family: schema.BGPEVPN}.summary(s))
}

func (b bgpScope) commands(s *session.Session) []*cobra.Command {
	return []*cobra.Command{b.summary(s), b.neighbors(s), b.network(s)}
}

// newBGPVRF makes `vrf <vrf> summary|neighbors|network`: the VRF stands before
// the command.
func newBGPVRF(s *session.Session, b bgpScope) *cobra.Command {
	cmd := &cobra.Command{Use: "vrf <vrf> COMMAND [ARGS]...", Short: "Show BGP information of a VRF", Args: click.Args("VRF", "COMMAND", "[ARGS]...")}
	cmd.Flags().SetInterspersed(false) // flags behind the command are the command's
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		b.vrf = args[0]
		below := click.Group(cmd.CommandPath()+" "+b.vrf, cmd.Short, b.commands(s)...)
		below.SilenceErrors, below.SilenceUsage = true, true
		below.SetArgs(args[1:])
		return below.ExecuteContext(cmd.Context())
	}
	return cmd
}

// ask puts a query about the scope to routingd.
func (b bgpScope) ask(ctx context.Context, v *view, q bgpview.Query, each func(bgpview.Answer) error) error {
	q.VRF = b.vrf
	if q.Family == "" {
		q.Family = b.family
	}
	return bgpview.Ask(ctx, v.Paths.Socket(bgpview.SocketName), q, each)
}

// neighbourArgument reads the neighbour that a command names: an address of the
// family, or the interface of an unnumbered one.
func (b bgpScope) neighbourArgument(ctx context.Context, v *view, arg string) error {
	a, err := netip.ParseAddr(arg)
	if err == nil && (b.family == "" || b.family == schema.BGPFamilyOf(a)) {
		return nil
	}
	names, nameErr := v.bgpNames(ctx)
	if nameErr != nil {
		return nameErr
	}
	if _, known := names[arg]; known && err != nil {
		return nil
	}
	what := map[schema.BGPFamily]string{schema.BGPIPv4: "ipv4 address", schema.BGPIPv6: "ipv6 address"}[b.family]
	return click.Fail(v.cmd, "%s is not valid %s", arg, or(what, "address or interface of a neighbor"))
}

// bgpNames gives the operator's names of neighbours, by address or interface.
func (v *view) bgpNames(ctx context.Context) (map[string]string, error) {
	names := make(map[string]string)
	for _, table := range []string{schema.TableBGPNeighbor, schema.TableBGPInternal, schema.TableBGPMonitors} {
		rows, err := v.all(ctx, statedb.ConfigDB, table)
		if err != nil {
			return nil, err
		}
		for key, row := range rows {
			if k, err := schema.ParseBGPKey(key, 1); err == nil {
				names[k.Parts[0]] = or(row["name"], "NotAvailable")
			}
		}
	}
	return names, nil
}

// upTime writes how long a session is in its state, as FRR does.
func upTime(seconds int64) string {
	const day = int64(24 * time.Hour / time.Second)
	switch days, rest := seconds/day, seconds%day; {
	case seconds < 0:
		return "never"
	case days == 0:
		return fmt.Sprintf("%02d:%02d:%02d", rest/3600, rest%3600/60, rest%60)
	case days < 7:
		return fmt.Sprintf("%dd%02dh%02dm", days, rest/3600, rest%3600/60)
	default:
		return fmt.Sprintf("%02dw%dd%02dh", days/7, days%7, rest/3600)
	}
}

// newBGPAggregates makes `show ip bgp aggregate-address`: the aggregates of one
// family and how far they are announced.
func newBGPAggregates(s *session.Session, family schema.BGPFamily) *cobra.Command {
	const tableAggregates = "BGP_AGGREGATE_ADDRESS"
	return oneASIC(command(s, "aggregate-address", "Show aggregate addresses of BGP", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		rows, err := v.all(ctx, statedb.ConfigDB, tableAggregates)
		if err != nil {
			return err
		}
		states, err := v.all(ctx, statedb.StateDB, tableAggregates)
		if err != nil {
			return err
		}
		t := table{headers: []string{"Prefix", "State", "Option Flags"}}
		for _, key := range slices.SortedFunc(maps.Keys(rows), comparePrefixes) {
			p, err := netip.ParsePrefix(key)
			if err != nil || schema.BGPFamilyOf(p.Addr()) != family {
				continue
			}
			var flags []string
			for _, name := range []string{"bbr-required", "summary-only", "as-set"} {
				if rows[key][name] == "true" {
					flags = append(flags, name)
				}
			}
			t.rows = append(t.rows, []string{key, or(states[key]["state"], "inactive"), or(strings.Join(flags, ","), "-")})
		}
		return v.print(t)
	}))
}
