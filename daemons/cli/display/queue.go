package display

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// queueCounter is one column of the queues' counters.
type queueCounter struct {
	header string
	stat   string // without SAI_QUEUE_STAT_
	name   string // in JSON
}

func trafficCounters() []queueCounter {
	return []queueCounter{
		{"Counter/pkts", "PACKETS", "totalpacket"}, {"Counter/bytes", "BYTES", "totalbytes"},
		{"Drop/pkts", "DROPPED_PACKETS", "droppacket"}, {"Drop/bytes", "DROPPED_BYTES", "dropbytes"},
	}
}

func trimCounters() []queueCounter {
	return []queueCounter{
		{"Trim/pkts", "TRIM_PACKETS", "trimpacket"}, {"TrimSent/pkts", "TX_TRIM_PACKETS", "trimsentpacket"},
		{"TrimDrop/pkts", "DROPPED_TRIM_PACKETS", "trimdroppacket"},
	}
}

func wredCounters() []queueCounter {
	return []queueCounter{
		{"WredDrp/pkts", "WRED_DROPPED_PACKETS", "wreddroppacket"}, {"WredDrp/bytes", "WRED_DROPPED_BYTES", "wreddropbytes"},
		{"EcnMarked/pkts", "WRED_ECN_MARKED_PACKETS", "ecnmarkedpacket"}, {"EcnMarked/bytes", "WRED_ECN_MARKED_BYTES", "ecnmarkedbytes"},
	}
}

// queueOptions are the flags of the queues' counters.
type queueOptions struct {
	nonzero, all, trim, voq bool
	saved                   string // kind of their zero point
	absentIsZero            bool   // what the ASIC does not count is not shown with --nonzero
}

// addQueues makes `show queue counters` and `show queue wredcounters`.
func addQueues(s *session.Session, root *cobra.Command) {
	o := queueOptions{saved: savedQueues}
	w := queueOptions{saved: savedWRED, absentIsZero: true}
	counters := command(s, "counters [interfacename]", "Show queue counters", click.Args("[interfacename]"), func(ctx context.Context, v *view, args []string) error {
		columns := trafficCounters()
		switch {
		case o.all:
			columns = slices.Concat(columns, trimCounters())
		case o.trim:
			columns = trimCounters()
		}
		return o.show(ctx, v, args, "For namespace :", columns)
	})
	counters.Flags().BoolVarP(&o.all, "all", "a", false, "All queue counters")
	counters.Flags().BoolVarP(&o.trim, "trim", "T", false, "Trimming queue counters")
	wred := command(s, "wredcounters [interfacename]", "Show queue WRED counters", click.Args("[interfacename]"), func(ctx context.Context, v *view, args []string) error {
		return w.show(ctx, v, args, "", wredCounters())
	})
	o.addFlags(counters)
	w.addFlags(wred)
	groupAt(root, "queue").AddCommand(counters, wred)
}

func (o *queueOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.nonzero, "nonzero", false, "Non Zero Counters")
	cmd.Flags().BoolVar(&o.voq, "voq", false, "VOQ counters")
	click.Alias(cmd, "-nz", "--nonzero")
}

// show prints one table a port.
func (o *queueOptions) show(ctx context.Context, v *view, args []string, title string, columns []queueCounter) error {
	names, first := queueMap, "TxQ"
	if o.voq {
		names, first = "COUNTERS_VOQ", "Voq"
	}
	all, err := v.portObjects(ctx, names)
	if err != nil {
		return err
	}
	if len(args) > 0 {
		if all, err = v.queuesOf(ctx, args[0], all); err != nil {
			return err
		}
	}
	values, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", oids(all))
	if err != nil {
		return err
	}
	var out ordered
	base := v.saved(o.saved)
	for _, port := range byPort(all) {
		rows := o.rows(port, values, base, columns)
		if v.json {
			out = append(out, member{port[0].port, queueJSON(rows, columns)})
			continue
		}
		if len(rows) == 0 {
			continue
		}
		t := table{headers: []string{"Port", first}, rows: rows, layout: tabulate.Options{Text: tabulate.Right}}
		for _, c := range columns {
			t.headers = append(t.headers, c.header)
		}
		if title != "" {
			v.Printf("%s\n", title)
		}
		if !base.Time.IsZero() {
			v.Printf("%s Last cached time was %s\n", port[0].port, base.text())
		}
		if err := v.print(t); err != nil {
			return err
		}
		v.Printf("\n")
	}
	if v.json {
		return v.printJSON(out)
	}
	return nil
}

// queuesOf narrows to the queues of one port.
func (v *view) queuesOf(ctx context.Context, name string, all []portObject) ([]portObject, error) {
	p, err := v.ports(ctx)
	if err != nil {
		return nil, err
	}
	port, err := p.named(v, name)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o portObject) bool { return o.port != port })
	if len(all) == 0 {
		return nil, &click.ExitError{Code: click.CodeError, Text: "Port doesn't exist! " + port}
	}
	return all, nil
}

func (o *queueOptions) rows(port []portObject, values map[string]statedb.Fields, base baseline, columns []queueCounter) [][]string {
	var out [][]string
	for _, q := range port {
		row := []string{q.port, q.name()}
		zero := true
		for _, c := range columns {
			value := o.value(values[q.oid], base, q.oid, "SAI_QUEUE_STAT_"+c.stat)
			zero = zero && (value == "0" || o.absentIsZero && value == "N/A")
			row = append(row, value)
		}
		if !o.nonzero || !zero {
			out = append(out, row)
		}
	}
	return out
}

// value is what the ASIC counted, or the growth since the operator cleared it.
func (o *queueOptions) value(now map[string]string, base baseline, oid, stat string) string {
	if base.Time.IsZero() {
		return or(now[stat], "N/A")
	}
	return difference(now, base.Names[oid], stat)
}

func queueJSON(rows [][]string, columns []queueCounter) ordered {
	out := ordered{}
	for _, row := range rows {
		var counters ordered
		for i, c := range columns {
			counters = append(counters, member{c.name, row[i+2]})
		}
		out = append(out, member{row[1], counters})
	}
	return out
}
