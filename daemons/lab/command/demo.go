package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

// reachTime is how long the first answer of a host may take: address resolution, and the convergence of a fabric.
const reachTime = 90 * time.Second

// tour lists the tables that the demonstration prints: those of one switch, or of each in a fabric.
func tour(t *topology.Topology) [][]string {
	if len(t.Switches) > 1 {
		return [][]string{{"ip", "bgp", "summary"}}
	}
	return [][]string{
		{"interfaces", "status"},
		{"vlan", "brief"},
		{"mac"},
		{"arp"},
		{"ip", "route"},
		{"ip", "interfaces"},
	}
}

func newDemo(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:   "demo <topology.yaml>",
		Short: "bring a lab up, ping every pair of hosts, show the switches' tables, leave it running",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.demo(cmd.Context(), args[0])
		},
	}
}

func (f *factory) demo(ctx context.Context, file string) error {
	l, err := f.fromFile(file)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := l.Up(ctx); err != nil && !errors.Is(err, lab.ErrIsUp) {
		return err
	}
	if err := waitReady(ctx, l); err != nil {
		return err
	}
	fmt.Fprintf(f.streams.Out, "lab %s serves after %.1f s\n\n", l.Topology.Name, time.Since(began).Seconds())
	if err := f.pingAll(ctx, l); err != nil {
		return err
	}
	if name := l.Topology.Pull; name != "" {
		if err := f.pull(ctx, l, name); err != nil {
			return err
		}
	}
	if err := f.showTables(ctx, l); err != nil {
		return err
	}
	f.farewell(l)
	return nil
}

func (f *factory) pingAll(ctx context.Context, l *lab.Lab) error {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	pairs := l.Pairs()
	var failed []error
	for i, err := range l.Reach(ctx, pairs) {
		verdict := "answers"
		if err != nil {
			verdict, failed = "NO ANSWER", append(failed, err)
		}
		fmt.Fprintf(f.streams.Out, "ping %-4s -> %-4s %-18s %s\n", pairs[i].From, pairs[i].To, pairs[i].Address, verdict)
	}
	fmt.Fprintf(f.streams.Out, "%d of %d pings answered\n\n", len(pairs)-len(failed), len(pairs))
	return errors.Join(failed...)
}

func (f *factory) showTables(ctx context.Context, l *lab.Lab) error {
	for _, s := range l.Topology.Switches {
		for _, args := range tour(l.Topology) {
			fmt.Fprint(f.streams.Out, s.Name, "# show")
			for _, a := range args {
				fmt.Fprint(f.streams.Out, " ", a)
			}
			fmt.Fprintln(f.streams.Out)
			if err := l.Show(ctx, s.Name, f.streams.Out, "show", args...); err != nil {
				return err
			}
			fmt.Fprintln(f.streams.Out)
		}
	}
	return nil
}

func (f *factory) farewell(l *lab.Lab) {
	host, sw := "", l.Topology.Switches[0].Name
	if len(l.Topology.Hosts) > 0 {
		host = l.Topology.Hosts[0].Name
	}
	fmt.Fprintf(f.streams.Out, "The lab runs. Enter the switch:  bin/heddle-lab exec %s %s\n", l.Topology.Name, sw)
	if host != "" {
		fmt.Fprintf(f.streams.Out, "              Enter a host:      bin/heddle-lab exec %s %s\n", l.Topology.Name, host)
	}
	fmt.Fprintf(f.streams.Out, "              Look at daemons:   bin/heddle-lab status %s\n", l.Topology.Name)
	fmt.Fprintf(f.streams.Out, "              Take it away:      make stop\n")
}
