package display

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/platform/board"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newBreakout makes `show interfaces breakout`.
func newBreakout(s *session.Session) *cobra.Command {
	cmd := command(s, "breakout", "Show Breakout Mode information by interfaces", click.Args(), showSockets)
	cmd.AddCommand(command(s, "current-mode [INTERFACE]", "Show current Breakout mode Info by interface(s)", click.Args("[interface_name]"), showBreakout))
	return cmd
}

func showBreakout(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "BREAKOUT_CFG")
	if err != nil {
		return err
	}
	names := slices.SortedFunc(maps.Keys(rows), natural.Compare)
	if len(args) > 0 {
		names = args
	}
	t := table{headers: []string{"Interface", "Current Breakout Mode"}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, n := range names {
		t.rows = append(t.rows, []string{n, or(rows[n]["brkout_mode"], "Not Available")})
	}
	return v.print(t)
}

// showSockets tells what each socket can be broken out into and what it is now.
func showSockets(ctx context.Context, v *view, _ []string) error {
	config, err := v.Running(ctx)
	if err != nil {
		return err
	}
	device := config["DEVICE_METADATA"]["localhost"]
	b, err := board.Find(board.Where{File: v.Paths.BoardFile(), DeviceDir: v.Paths.DevDir, Platform: device["platform"], HwSKU: device["hwsku"]})
	if errors.Is(err, board.ErrNone) {
		v.Printf("Can not load port config from platform.json or hwsku.json file\n")
		return click.ErrAborted
	}
	if err != nil {
		return err
	}
	slices.SortFunc(b.Sockets, func(x, y board.Socket) int { return natural.Compare(x.Name, y.Name) })
	var out ordered
	for _, s := range b.Sockets {
		mode := config["BREAKOUT_CFG"][s.Name]["brkout_mode"]
		if mode == "" {
			mode, _ = s.Current(config[schema.TablePort])
		}
		entry, err := describeSocket(s, mode, config[schema.TablePort])
		if err != nil {
			return err
		}
		out = append(out, member{s.Name, entry})
	}
	return v.printJSON(out)
}

func describeSocket(s board.Socket, mode string, ports map[string]map[string]string) (ordered, error) {
	var modes ordered
	for _, m := range s.Modes {
		modes = append(modes, member{m.Name, m.Aliases})
	}
	entry := ordered{{"index", joinNumbers(s.Index)}, {"lanes", joinNumbers(s.Lanes)}, {"breakout_modes", modes}}
	if mode == "" {
		return entry, nil
	}
	children, err := s.Ports(mode)
	if err != nil {
		return nil, err
	}
	var names, speeds []string
	for _, p := range children {
		if mbps, err := strconv.Atoi(ports[p.Name]["speed"]); err == nil {
			names, speeds = append(names, p.Name), append(speeds, strconv.Itoa(mbps/1000)+"G")
		}
	}
	return append(entry, member{"default_brkout_mode", s.Default}, member{"Current Breakout Mode", mode},
		member{"child ports", strings.Join(names, ",")}, member{"child port speeds", strings.Join(speeds, ",")}), nil
}

func joinNumbers[T int | uint32](numbers []T) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.FormatUint(uint64(n), 10)
	}
	return strings.Join(texts, ",")
}
