package display

import (
	"context"
	"encoding/binary"
	"maps"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// dhcpView is one command about the DHCP server: rows of a table by the name
// that the argument gives, which may have wildcards.
type dhcpView struct {
	use, short string
	db         statedb.DBID
	table      string
	headers    []string
	match      func(pattern, key string) bool
	cells      func(ctx context.Context, v *view, key string, row statedb.Fields) [][]string
}

// addDHCPServer makes `show dhcp_server ipv4`.
func addDHCPServer(s *session.Session, root *cobra.Command) {
	group := groupAt(root, "dhcp_server", "ipv4")
	const option = "DHCP_SERVER_IPV4_CUSTOMIZED_OPTIONS"
	for _, d := range []dhcpView{
		{"lease [dhcp_interface]", "Show leases", statedb.StateDB, "DHCP_SERVER_IPV4_LEASE", []string{"Interface", "MAC Address", "IP", "Lease Start", "Lease End"}, matchFirst, leaseCells},
		{"range [range_name]", "Show ranges of addresses", statedb.ConfigDB, "DHCP_SERVER_IPV4_RANGE", []string{"Range", "IP Start", "IP End", "IP Count"}, matchWhole, rangeCells},
		{"option [option_name]", "Show customized options", statedb.ConfigDB, option, []string{"Option Name", "Option ID", "Value", "Type"}, matchWhole, optionCells},
		{"port [interface]", "Show what ports get", statedb.ConfigDB, "DHCP_SERVER_IPV4_PORT", []string{"Interface", "Bind"}, matchAny, portBindCells},
	} {
		group.AddCommand(d.command(s))
	}
	group.AddCommand(newDHCPInfo(s))
}

func newDHCPInfo(s *session.Session) *cobra.Command {
	info := dhcpView{"info [dhcp_interface]", "Show the servers of VLANs", statedb.ConfigDB, "DHCP_SERVER_IPV4",
		[]string{"Interface", "Mode", "Gateway", "Netmask", "Lease Time(s)", "State"}, matchWhole, nil}
	with := false
	info.cells = func(_ context.Context, _ *view, key string, row statedb.Fields) [][]string {
		cells := []string{key, row["mode"], row["gateway"], row["netmask"], row["lease_time"], row["state"]}
		if with {
			cells = append(cells, row["customized_options@"])
		}
		return [][]string{cells}
	}
	cmd := command(s, info.use, info.short, click.Args("[dhcp_interface]"), func(ctx context.Context, v *view, args []string) error {
		if with {
			info.headers = append(slices.Clone(info.headers), "Customized Options")
		}
		return info.show(ctx, v, args)
	})
	cmd.Flags().BoolVar(&with, "with_customized_options", false, "Show the options too")
	return cmd
}

func (d dhcpView) command(s *session.Session) *cobra.Command {
	_, arg, _ := strings.Cut(d.use, " ")
	return command(s, d.use, d.short, click.Args(arg), d.show)
}

func (d dhcpView) show(ctx context.Context, v *view, args []string) error {
	features, err := v.all(ctx, statedb.ConfigDB, "FEATURE")
	if err != nil {
		return err
	}
	if features["dhcp_server"]["state"] != "enabled" {
		return click.Fail(v.cmd, "Feature dhcp_server is not enabled")
	}
	rows, err := v.all(ctx, d.db, d.table)
	if err != nil {
		return err
	}
	t := table{headers: d.headers, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if len(args) == 0 || d.match(args[0], key) {
			t.rows = append(t.rows, d.cells(ctx, v, key, rows[key])...)
		}
	}
	return v.print(t)
}

func matchWhole(pattern, key string) bool {
	ok, err := path.Match(pattern, key)
	return err == nil && ok
}

func matchFirst(pattern, key string) bool {
	first, _, _ := strings.Cut(key, "|")
	return matchWhole(pattern, first)
}

func matchAny(pattern, key string) bool {
	return matchWhole(pattern, key) || slices.ContainsFunc(strings.Split(key, "|"), func(part string) bool { return matchWhole(pattern, part) })
}

// leaseCells tells a lease, and from the FDB the port that its host is at.
func leaseCells(ctx context.Context, v *view, key string, row statedb.Fields) [][]string {
	vlan, mac, _ := strings.Cut(key, "|")
	port := "<Unknown>"
	if fdb, err := v.rows(ctx, statedb.StateDB, "FDB_TABLE", []string{vlan + ":" + mac}); err == nil {
		port = or(fdb[vlan+":"+mac]["port"], port)
	}
	return [][]string{{vlan + "|" + port, mac, row["ip"], unixText(row["lease_start"]), unixText(row["lease_end"])}}
}

// unixText writes seconds since 1970 as a local time.
func unixText(text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return text
	}
	return time.Unix(n, 0).Format(time.DateTime)
}

func rangeCells(_ context.Context, _ *view, key string, row statedb.Fields) [][]string {
	const illegal = "range value is illegal"
	ends := listOf(or(row["range@"], row["range"]))
	if len(ends) == 0 || len(ends) > 2 {
		return [][]string{{key, "", "", illegal}}
	}
	from, to := ends[0], ends[len(ends)-1]
	low, err1 := netip.ParseAddr(from)
	high, err2 := netip.ParseAddr(to)
	if err1 != nil || err2 != nil || !low.Is4() || !high.Is4() || high.Less(low) {
		return [][]string{{key, from, to, illegal}}
	}
	a, b := low.As4(), high.As4()
	count := int64(binary.BigEndian.Uint32(b[:])) - int64(binary.BigEndian.Uint32(a[:])) + 1
	return [][]string{{key, from, to, strconv.FormatInt(count, 10)}}
}

func optionCells(_ context.Context, _ *view, key string, row statedb.Fields) [][]string {
	return [][]string{{key, row["id"], row["value"], row["type"]}}
}

func portBindCells(_ context.Context, _ *view, key string, row statedb.Fields) [][]string {
	var out [][]string
	for _, field := range []string{"ranges@", "ips@"} {
		if value, ok := row[field]; ok {
			out = append(out, []string{key, strings.ReplaceAll(value, ",", "\n")})
		}
	}
	return out
}
