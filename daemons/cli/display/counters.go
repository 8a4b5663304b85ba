package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
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
	period click.IntFlag
	iface  string
	all    bool
}

func newCounters(s *session.Session) *cobra.Command {
	var o counterOptions
	cmd := command(s, "counters [errors|rates|rif] [INTERFACE]", "Show interface counters", click.Args("[kind]", "[INTERFACE]"), func(ctx context.Context, v *view, args []string) error {
		k := portTable()
		if len(args) > 0 {
			var ok bool
			if k, ok = counterTable(args[0]); !ok {
				return click.Fail(v.cmd, "No such command '%s'.", args[0])
			}
		}
		if len(args) > 1 {
			o.iface = args[1]
		}
		return o.show(ctx, v, k)
	})
	cmd.Flags().VarP(&o.period, "period", "p", "Show the counters of so many seconds")
	cmd.Flags().StringVarP(&o.iface, "interface", "i", "", "Show only this interface")
	cmd.Flags().BoolVarP(&o.all, "printall", "a", false, "Show all counters")
	return cmd
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
	now, err := v.readCounters(ctx, k.nameMap)
	if err != nil {
		return err
	}
	base := v.baseline()
	if o.period.IsSet {
		if !v.json {
			v.Printf("The rates are calculated within %d seconds period\n", o.period.Value)
		}
		if err := wait(ctx, time.Duration(o.period.Value)*time.Second); err != nil {
			return err
		}
		base.Ports = countersOnly(now)
		if now, err = v.readCounters(ctx, k.nameMap); err != nil {
			return err
		}
	} else if !base.Time.IsZero() && !v.json {
		v.Printf("Last cached time was %s\n", base.Time.Format("2006-01-02T15:04:05.000000"))
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	t := table{headers: k.headers, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		if o.iface == "" || o.iface == name || o.iface == p.shown(name) {
			t.rows = append(t.rows, k.row(p, name, now[name], base.Ports[name]))
		}
	}
	return v.print(t)
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
