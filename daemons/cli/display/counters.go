package display

import (
	"context"
	"maps"
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

// counterOptions are the flags of `show interfaces counters`.
type counterOptions struct {
	period  click.IntFlag
	iface   string
	all     bool
	nonzero bool
}

// counterCommand is one of the tables of counters.
type counterCommand struct {
	use, short string
	kind       func() counterKind
}

func newCounters(s *session.Session) *cobra.Command {
	var o counterOptions
	cmd := command(s, "counters", "Show interface counters", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		k := portTable()
		if o.all {
			k = wholeTable()
		}
		return o.show(ctx, v, k)
	})
	o.addFlags(cmd)
	cmd.Flags().BoolVarP(&o.all, "printall", "a", false, "Show all counters")
	for _, c := range []counterCommand{
		{"errors [INTERFACE]", "Show interface counters errors", errorTable},
		{"rates [INTERFACE]", "Show interface counters rates", rateTable},
		{"rif [INTERFACE]", "Show interface counters of router interfaces", rifTable},
		{"fec-stats [INTERFACE]", "Show interface counters of error correction", fecTable},
		{"trim [INTERFACE]", "Show interface counters of packet trimming", trimTable},
	} {
		cmd.AddCommand(c.command(s))
	}
	cmd.AddCommand(newCounterDetail(s), newFECHistogram(s))
	return cmd
}

func (c counterCommand) command(s *session.Session) *cobra.Command {
	var o counterOptions
	cmd := command(s, c.use, c.short, click.Args("[INTERFACE]"), func(ctx context.Context, v *view, args []string) error {
		chosen := o
		if len(args) > 0 {
			chosen.iface = args[0]
		}
		return chosen.show(ctx, v, c.kind())
	})
	o.addFlags(cmd)
	return cmd
}

func (o *counterOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().VarP(&o.period, "period", "p", "Show the counters of so many seconds")
	cmd.Flags().StringVarP(&o.iface, "interface", "i", "", "Show only this interface, or these, with commas between")
	cmd.Flags().BoolVar(&o.nonzero, "nonzero", false, "Show only interfaces that counted something")
	click.Alias(cmd, "-nz", "--nonzero")
}

// portCounters is what COUNTERS_DB has of one port.
type portCounters struct {
	counters map[string]string
	rates    map[string]string
}

// readCounters reads counters and rates of every port with a name.
func (v *view) readCounters(ctx context.Context, nameMap string) (map[string]portCounters, error) {
	oids, err := v.hash(ctx, statedb.CountersDB, nameMap)
	if err != nil {
		return nil, err
	}
	ids := slices.Collect(maps.Values(oids))
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", ids)
	if err != nil {
		return nil, err
	}
	rates, err := v.rows(ctx, statedb.CountersDB, "RATES", ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]portCounters, len(oids))
	for name, oid := range oids {
		out[name] = portCounters{counters[oid], rates[oid]}
	}
	return out, nil
}

// show prints the counters since the operator last cleared them, or of some seconds.
func (o *counterOptions) show(ctx context.Context, v *view, k counterKind) error {
	now, base, err := o.measure(ctx, v, k)
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	t := table{headers: k.headers, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		row := k.row(p, name, now[name], base[name])
		if o.wants(p, name) && !(o.nonzero && k.idle(row)) {
			t.rows = append(t.rows, row)
		}
	}
	return v.print(t)
}

// measure reads the counters, and those to take away from them.
func (o *counterOptions) measure(ctx context.Context, v *view, k counterKind) (map[string]portCounters, map[string]map[string]string, error) {
	now, err := v.readCounters(ctx, k.nameMap)
	if err != nil {
		return nil, nil, err
	}
	if !o.period.IsSet {
		base := v.saved(k.saved)
		v.since(base)
		return now, base.Names, nil
	}
	if !v.json {
		v.Printf("The rates are calculated within %d seconds period\n", o.period.Value)
	}
	if err := wait(ctx, time.Duration(o.period.Value)*time.Second); err != nil {
		return nil, nil, err
	}
	before := countersOnly(now)
	now, err = v.readCounters(ctx, k.nameMap)
	return now, before, err
}

// wants says whether an interface is among those asked for.
func (o *counterOptions) wants(p portSet, name string) bool {
	if o.iface == "" {
		return true
	}
	for one := range strings.SplitSeq(o.iface, ",") {
		if one == name || one == p.shown(name) {
			return true
		}
	}
	return false
}

// wait sleeps unless the operator interrupts.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// linkLetter is U(p), D(own) or X (shut down by the operator).
func linkLetter(row statedb.Fields) string {
	switch {
	case row == nil:
		return "N/A"
	case row["oper_status"] == "up":
		return "U"
	case row["admin_status"] == "up":
		return "D"
	}
	return "X"
}

// difference adds up counters and takes away the baseline; a counter that the
// ASIC does not have makes it N/A.
func difference(now, base map[string]string, stats ...string) string {
	var sum int64
	found := false
	for _, s := range stats {
		n, err := strconv.ParseInt(now[s], 10, 64)
		if err != nil {
			continue
		}
		found = true
		old, _ := strconv.ParseInt(base[s], 10, 64) // no baseline counts from zero
		sum += max(n-old, 0)
	}
	if !found {
		return "N/A"
	}
	return thousands(sum)
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bytesRate writes bytes per second with the unit that fits.
func bytesRate(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return "N/A"
	case f > 10e6:
		return strconv.FormatFloat(f/1e6, 'f', 2, 64) + " MB/s"
	case f > 10e3:
		return strconv.FormatFloat(f/1e3, 'f', 2, 64) + " KB/s"
	}
	return strconv.FormatFloat(f, 'f', 2, 64) + " B/s"
}

// utilization gives the share of a port's speed that a rate in bytes uses.
func utilization(rate, mbps string) string {
	r, err1 := strconv.ParseFloat(rate, 64)
	s, err2 := strconv.ParseFloat(mbps, 64)
	if err1 != nil || err2 != nil || s == 0 {
		return "N/A"
	}
	return strconv.FormatFloat(r*8/(s*1e6)*100, 'f', 2, 64) + "%"
}
