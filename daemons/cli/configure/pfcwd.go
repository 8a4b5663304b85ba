package configure

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tablePFCWatchdog = "PFC_WD"
	keyPFCGlobal     = "GLOBAL"
	fieldPFCHistory  = "pfc_stat_history"
	maxPFCPoll       = 1000 // ms
	usualPFCTime     = 200  // ms, for up to portsPerStep ports
	portsPerStep     = 32
)

// newPFCWatchdog makes `config pfcwd`: what is done to a queue that PFC keeps
// from sending.
func newPFCWatchdog(s *session.Session) *cobra.Command {
	options := []option{
		{name: "action", short: "a", field: "action", words: []string{"drop", "forward", "alert"}},
		{name: "restoration-time", short: "r", field: "restoration_time", check: whole(100, 60000)},
	}
	start := withOptions(newEdit(s, "start PORTS... DETECTION_TIME", "Start PFC watchdog on port(s). To config all ports, use all as input.", func(e *edit) error {
		return startWatchdog(e, options)
	}), options)
	start.Flags().Bool("pfc-stat-history", false, "Keep a history of pauses")
	start.Args = func(cmd *cobra.Command, args []string) error { return click.Args("DETECTION_TIME...")(cmd, args) }
	stop := newEdit(s, "stop [PORTS...]", "Stop PFC watchdog on port(s)", stopWatchdog)
	history := newChoice(s, "pfc_stat_history <enable|disable> [PORTS...]", "Enable/disable PFC Historical Statistics mode on ports", []string{"enable", "disable"}, func(e *edit) error {
		return e.eachWatched(e.args[1:], func(port string) { e.c.SetField(tablePFCWatchdog, port, fieldPFCHistory, e.args[0]) })
	})
	onOff := func(name, short, table, key, field string) *cobra.Command {
		return newChoice(s, name+" <enable|disable>", short, []string{"enable", "disable"}, func(e *edit) error {
			e.c.SetField(table, key, field, e.args[0])
			return nil
		})
	}
	return click.Group("pfcwd", "SONiC PFC Watchdog", start, stop, history,
		newEdit(s, "interval <poll_interval>", "Set PFC watchdog counter polling interval", setWatchdogPoll),
		newEdit(s, "start_default", "Start PFC WD by default configurations", startDefaultWatchdog),
		onOff("counter_poll", "Enable/disable counter polling", schema.TableFlexCounter, "PFCWD", "FLEX_COUNTER_STATUS"),
		onOff("big_red_switch", "Enable/disable BIG_RED_SWITCH mode", tablePFCWatchdog, keyPFCGlobal, "BIG_RED_SWITCH"))
}

// watchedPorts are the ports that have counters.
func (e *edit) watchedPorts() ([]string, error) {
	db, err := e.s.DB(statedb.CountersDB)
	if err != nil {
		return nil, err
	}
	names, err := db.Redis().HKeys(e.cmd.Context(), "COUNTERS_PORT_NAME_MAP").Result()
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, "Ethernet") })
	slices.SortFunc(names, natural.Compare)
	return names, nil
}

// eachWatched does something to the named ports on which PFC is on.
func (e *edit) eachWatched(names []string, do func(port string)) error {
	all, err := e.watchedPorts()
	if err != nil {
		return err
	}
	var unknown []string
	for _, n := range names {
		if n != "all" && !slices.Contains(all, n) {
			unknown = append(unknown, n)
		}
	}
	if unknown != nil {
		return quitf(click.CodeError, "Failed to run command, invalid options:\n%s", strings.Join(unknown, "\n"))
	}
	if len(names) == 0 || slices.Contains(names, "all") {
		names = all
	}
	for _, port := range names {
		if e.row(tablePortQoS, port)["pfc_enable"] == "" {
			e.tellf("SKIPPED: PFC is not enabled on port: %s", port)
			continue
		}
		do(port)
	}
	return nil
}

// watch writes a port's row; a history that was kept goes on.
func (e *edit) watch(port string, row commit.Row) {
	row = copyRow(row)
	if row[fieldPFCHistory] == "" {
		row[fieldPFCHistory] = "disable"
		if old := e.row(tablePFCWatchdog, port)[fieldPFCHistory]; old != "" {
			row[fieldPFCHistory] = old
		}
	}
	e.c.Replace(tablePFCWatchdog, port, row)
}

func copyRow(row commit.Row) commit.Row {
	out := make(commit.Row, len(row))
	for k, v := range row {
		out[k] = v
	}
	return out
}

func startWatchdog(e *edit, options []option) error {
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	last := len(e.args) - 1
	detection, err := click.IntRange(e.cmd, "DETECTION_TIME", e.args[last], 100, 5000)
	if err != nil {
		return err
	}
	row["detection_time"] = strconv.Itoa(detection)
	if row["restoration_time"] == "" {
		row["restoration_time"] = strconv.Itoa(2 * detection)
		e.tellf("restoration time not defined; default to 2 times detection time: %d ms", 2*detection)
	}
	if e.cmd.Flags().Changed("pfc-stat-history") {
		row[fieldPFCHistory] = "enable"
	}
	return e.eachWatched(e.args[:last], func(port string) { e.watch(port, row) })
}

func stopWatchdog(e *edit) error {
	all, err := e.watchedPorts()
	if err != nil {
		return err
	}
	names := e.args
	if len(names) == 0 {
		names = all
	}
	for _, port := range names {
		if slices.Contains(all, port) {
			e.c.Delete(tablePFCWatchdog, port)
		}
	}
	return nil
}

func setWatchdogPoll(e *edit) error {
	interval, err := click.IntRange(e.cmd, "POLL_INTERVAL", e.args[0], 100, maxPFCPoll)
	if err != nil {
		return err
	}
	least, name := maxPFCPoll, ""
	for _, port := range e.c.Keys(tablePFCWatchdog) {
		for _, f := range [][2]string{{"detection_time", "detection time"}, {"restoration_time", "restoration time"}} {
			if n, err := strconv.Atoi(e.row(tablePFCWatchdog, port)[f[0]]); err == nil && n < least && port != keyPFCGlobal {
				least, name = n, f[1]
			}
		}
	}
	if least < interval {
		return quitf(click.CodeError, "unable to use polling interval = %dms, value is bigger than one of the configured %s values, please choose a smaller polling_interval", interval, name)
	}
	e.c.SetField(tablePFCWatchdog, keyPFCGlobal, "POLL_INTERVAL", strconv.Itoa(interval))
	return nil
}

// startDefaultWatchdog watches the ports to neighbors, if the device is to do
// so. The more ports there are, the longer the times.
func startDefaultWatchdog(e *edit) error {
	if !strings.EqualFold(e.row(schema.TableDeviceMetadata, schema.KeyLocalhost)["default_pfcwd_status"], "enable") {
		return nil
	}
	ports := slices.Clone(e.c.Keys("DEVICE_NEIGHBOR"))
	for _, port := range e.c.Keys(schema.TablePort) {
		if row := e.row(schema.TablePort, port); row["admin_status"] == "up" && row["role"] == "Int" && !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	slices.SortFunc(ports, natural.Compare)
	count := 0
	for _, port := range ports {
		if e.row(tablePortQoS, port)["pfc_enable"] != "" {
			count++
		}
	}
	steps := max(1, (count-1)/portsPerStep+1)
	row := commit.Row{
		"detection_time": strconv.Itoa(usualPFCTime * steps), "restoration_time": strconv.Itoa(usualPFCTime * steps), "action": "drop", fieldPFCHistory: "disable",
	}
	for _, port := range ports {
		if e.row(tablePortQoS, port)["pfc_enable"] == "" {
			e.tellf("SKIPPED: PFC is not enabled on port: %s", port)
			continue
		}
		e.watch(port, row)
	}
	e.c.SetField(tablePFCWatchdog, keyPFCGlobal, "POLL_INTERVAL", strconv.Itoa(min(usualPFCTime*steps, maxPFCPoll)))
	return nil
}
