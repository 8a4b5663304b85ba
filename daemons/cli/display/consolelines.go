package display

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Exit codes of the console commands, which scripts tell apart.
const (
	consoleDisabled = 1
	consoleRoot     = 2
	consoleNoLine   = 3
)

const consoleDevices = "/dev/ttyUSB"

// consoleOn refuses while the console switch is off.
func (v *view) consoleOn(ctx context.Context) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "CONSOLE_SWITCH")
	if err == nil && rows["console_mgmt"]["enabled"] != "yes" {
		return &click.ExitError{Code: consoleDisabled, Text: "Console switch feature is disabled"}
	}
	return err
}

// addConsole makes `show line`: the serial lines to other devices.
func addConsole(s *session.Session, root *cobra.Command) {
	brief := false
	line := command(s, "line", "Show all console lines and their info include available ttyUSB devices unless specified brief mode", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showLines(ctx, v, brief)
	})
	line.Flags().BoolVarP(&brief, "brief", "b", false, "Show only configured lines")
	root.AddCommand(line)
}

func showLines(ctx context.Context, v *view, brief bool) error {
	if err := v.consoleOn(ctx); err != nil {
		return err
	}
	config, err := v.all(ctx, statedb.ConfigDB, "CONSOLE_PORT")
	if err != nil {
		return err
	}
	state, err := v.all(ctx, statedb.StateDB, "CONSOLE_PORT")
	if err != nil {
		return err
	}
	lines := maps.Clone(config)
	if devices, err := filepath.Glob(consoleDevices + "[0-9]*"); err == nil && !brief {
		for _, d := range devices {
			if n := strings.TrimPrefix(d, consoleDevices); lines[n] == nil {
				lines[n] = statedb.Fields{}
			}
		}
	}
	t := table{headers: []string{"Line", "Baud", "Flow Control", "PID", "Start Time", "Device", "Oper State", "State Duration"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, n := range slices.SortedFunc(maps.Keys(lines), natural.Compare) {
		row, now := lines[n], state[n]
		busy, flow := " ", "Disabled"
		if now["state"] == "busy" {
			busy = "*"
		}
		if row["flow_control"] == "1" {
			flow = "Enabled"
		}
		t.rows = append(t.rows, []string{
			busy + n, or(row["baud_rate"], "-"), flow, or(now["pid"], "-"), or(now["start_time"], "-"), or(row["remote_device"], "-"),
			or(now["oper_state"], "-"), sinceText(v.Now(), now["last_state_change"]),
		})
	}
	return v.print(t)
}

// sinceText says how long a state has lasted: 1d2h3m4s.
func sinceText(now time.Time, text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	seconds := int(now.Sub(time.Unix(n, 0)).Seconds())
	if err != nil || seconds < 0 {
		return "-"
	}
	out := ""
	for _, u := range []struct {
		name string
		size int
	}{{"d", 86400}, {"h", 3600}, {"m", 60}} {
		if seconds >= u.size || out != "" {
			out += strconv.Itoa(seconds/u.size) + u.name
			seconds %= u.size
		}
	}
	return out + strconv.Itoa(seconds) + "s"
}

// newClearLine makes `sonic-clear line`: it ends somebody's session on a line.
func newClearLine(s *session.Session) *cobra.Command {
	byName := false
	cmd := click.Command("line TARGET", "Clear preexisting connection to line", click.Args("TARGET"), func(cmd *cobra.Command, args []string) error {
		return clearLine(cmd.Context(), &view{Session: s, cmd: cmd}, args[0], byName)
	})
	cmd.Flags().BoolVarP(&byName, "devicename", "d", false, "clear by name - if flag is set, interpret target as device name instead")
	return cmd
}

func clearLine(ctx context.Context, v *view, target string, byName bool) error {
	if err := v.consoleOn(ctx); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return &click.ExitError{Code: consoleRoot, Text: "Root privileges are required for this operation"}
	}
	config, err := v.all(ctx, statedb.ConfigDB, "CONSOLE_PORT")
	if err != nil {
		return err
	}
	n, ok := target, config[target] != nil
	for key, row := range config {
		if byName && row["remote_device"] == target {
			n, ok = key, true
		}
	}
	if !ok {
		return &click.ExitError{Code: consoleNoLine, Text: "Target [" + target + "] does not exist"}
	}
	pid := terminalOn(consoleDevices + n)
	if pid == 0 {
		v.Printf("No process is connected to line %s\n", n)
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end the session on line %s: %w", n, err)
	}
	v.Printf("Cleared line\n")
	return nil
}

// terminalOn finds the terminal program that has a device open, 0 for none. A
// process is ended only if it is one, whatever the database claims.
func terminalOn(device string) int {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if to, err := os.Readlink(link); err != nil || to != device {
			continue
		}
		dir := filepath.Dir(filepath.Dir(link))
		name, _ := os.ReadFile(filepath.Join(dir, "comm"))
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil && strings.HasSuffix(strings.TrimSpace(string(name)), "com") {
			return pid // picocom or minicom
		}
	}
	return 0
}
