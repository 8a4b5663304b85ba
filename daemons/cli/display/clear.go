package display

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// NewClear makes the tree of `sonic-clear`.
func NewClear(s *session.Session) *cobra.Command {
	root := click.Group("sonic-clear", "SONiC-compatible clear commands of Heddle",
		newClearFDB(s),
		newClearNeighbours(s, "arp", "Clear IP ARP table", false),
		newClearNeighbours(s, "ndp", "Clear IPv6 NDP table", true),
	)
	root.AddCommand(newClearSTP(s), newClearSnooping(s, "IGMP", schema.L2MCIPv4), newClearSnooping(s, "MLD", schema.L2MCIPv6))
	addClearCounters(s, root)
	addClearWatermarks(s, root)
	addClearBGP(s, root)
	addClearServices(s, root)
	return root
}

// clearing is a command that makes an operator's counters start from zero.
type clearing struct {
	path, short string
	root        bool // for administrators only
	spaced      bool // SONiC leaves an empty line behind what it says
	run         func(ctx context.Context, v *view, args []string) error
	arg         string
}

func addClearCounters(s *session.Session, root *cobra.Command) {
	for _, c := range []clearing{
		{path: "counters", short: "Clear counters", run: keepNamed(savedPorts, portNameMap, "Cleared counters")},
		{path: "rifcounters", short: "Clear RIF counters", run: clearRIFs, arg: "[interface_name]"},
		{path: "tunnelcounters", short: "Clear Tunnel counters", run: keepNamed(savedTunnel, tunnelNameMap, "Cleared counters")},
		{path: "queuecounters", short: "Clear queue counters", run: keepQueues(savedQueues)},
		{path: "queue wredcounters", short: "Clear queue wredcounters", run: keepQueues(savedWRED)},
		{path: "pfccounters", short: "Clear pfc counters", run: keepNamed(savedPFC, portNameMap, "Clear saved PFC counters and history")},
		{path: "dropcounters", short: "Clear drop counters", run: clearDrops},
		{path: "priority-group drop counters", short: "Clear priority-group dropped packets counter", root: true, run: clearGroupDrops},
		{path: "flowcnt-trap", short: "Clear trap flow counters", run: keepNamed(savedTraps, trapNameMap, "Trap Flow Counters were successfully cleared")},
	} {
		c.spaced = true
		c.add(s, root)
	}
	addClearRoutes(s, root)
}

func (c clearing) add(s *session.Session, root *cobra.Command) {
	parent, name := pathBelow(root, c.path)
	use, args := name, click.Args()
	if c.arg != "" {
		use, args = name+" "+c.arg, click.Args(c.arg)
	}
	v := &view{Session: s}
	var namespace string // there is one ASIC; it is named for scripts' sake
	cmd := click.Command(use, c.short, args, func(cmd *cobra.Command, args []string) error {
		v.cmd = cmd
		if c.root && os.Geteuid() != 0 {
			return &click.ExitError{Code: click.CodeError, Text: "Root privileges are required for this operation"}
		}
		if err := c.run(cmd.Context(), v, args); err != nil || !c.spaced {
			return err
		}
		v.Printf("\n")
		return nil
	})
	cmd.Flags().StringVarP(&namespace, "namespace", "n", "", "Namespace name or all")
	parent.AddCommand(cmd)
}

// keepNamed remembers the counters of all objects that a map names.
func keepNamed(kind, nameMap, said string) func(context.Context, *view, []string) error {
	return func(ctx context.Context, v *view, _ []string) error {
		all, err := v.readCounters(ctx, nameMap)
		if err != nil {
			return err
		}
		if err := v.keep(kind, countersOnly(all)); err != nil {
			return err
		}
		v.Printf("%s\n", said)
		return nil
	}
}

// clearRIFs clears all router interfaces, or one and leaves the others as they
// were cleared before.
func clearRIFs(ctx context.Context, v *view, args []string) error {
	all, err := v.readCounters(ctx, rifNameMap)
	if err != nil {
		return err
	}
	kept := countersOnly(all)
	if len(args) > 0 {
		one, ok := kept[args[0]]
		if !ok {
			return &click.ExitError{Code: click.CodeUsage, Text: "Interface " + args[0] + " missing from " + rifNameMap + "! Make sure it exists"}
		}
		if kept = v.saved(savedRIFs).Names; kept == nil {
			kept = make(map[string]map[string]string)
		}
		kept[args[0]] = one
	}
	if err := v.keep(savedRIFs, kept); err != nil {
		return err
	}
	v.Printf("Cleared counters\n")
	return nil
}

// keepQueues remembers the counters of the queues, and says so port by port.
func keepQueues(kind string) func(context.Context, *view, []string) error {
	return func(ctx context.Context, v *view, _ []string) error {
		all, err := v.portObjects(ctx, queueMap)
		if err != nil {
			return err
		}
		if err := v.keepObjects(ctx, kind, all); err != nil {
			return err
		}
		for _, port := range byPort(all) {
			v.Printf("Clear and update saved counters for %s\n", port[0].port)
		}
		return nil
	}
}

func clearGroupDrops(ctx context.Context, v *view, _ []string) error {
	all, err := v.portObjects(ctx, groupMap)
	if err != nil {
		return err
	}
	if err := v.keepObjects(ctx, savedGroups, all); err != nil {
		return err
	}
	v.Printf("Cleared PG drop counter\n")
	return nil
}

// keepObjects remembers the counters of parts of ports, by their ids.
func (v *view) keepObjects(ctx context.Context, kind string, all []portObject) error {
	rows, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", oids(all))
	if err != nil {
		return err
	}
	kept := make(map[string]map[string]string, len(rows))
	for id, row := range rows {
		kept[id] = row
	}
	return v.keep(kind, kept)
}
