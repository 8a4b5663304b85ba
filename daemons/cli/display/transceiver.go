package display

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Tables of STATE_DB in which the daemon of the transceivers tells what it has read from them.
const (
	tableOptics          = "TRANSCEIVER_INFO"
	tableOpticsFirmware  = "TRANSCEIVER_FIRMWARE_INFO"
	tableOpticsSensor    = "TRANSCEIVER_DOM_SENSOR"
	tableOpticsThreshold = "TRANSCEIVER_DOM_THRESHOLD"
	tableOpticsPM        = "TRANSCEIVER_PM"
	tableOpticsSoftware  = "TRANSCEIVER_STATUS_SW"
)

// opticsStatusTables are those that have the status of a transceiver; older releases have all of it in the first.
func opticsStatusTables() []string {
	return []string{"TRANSCEIVER_STATUS", tableOpticsSoftware, "TRANSCEIVER_STATUS_FLAG", "TRANSCEIVER_DOM_FLAG"}
}

// portRJ45 is the type of a socket without a transceiver.
const portRJ45 = "RJ45"

// codeNotImplemented is the exit code when the platform cannot tell.
const codeNotImplemented = 5

const opticsIndent = "        "

func addTransceivers(s *session.Session, root *cobra.Command) {
	g := groupAt(root, "interfaces", "transceiver")
	g.Short = "Show SFP Transceiver information"
	var dom bool
	eeprom := newTransceiver(s, "eeprom", "Show interface transceiver EEPROM information", func(v *view, ctx context.Context, ports []string) (opticsText, error) {
		return v.eeprom(ctx, ports, dom)
	})
	eeprom.Flags().BoolVarP(&dom, "dom", "d", false, "Also display Digital Optical Monitoring (DOM) data")
	g.AddCommand(eeprom,
		newTransceiver(s, "info", "Show interface transceiver information", func(v *view, ctx context.Context, ports []string) (opticsText, error) {
			return v.eeprom(ctx, ports, false)
		}),
		newTransceiver(s, "status", "Show interface transceiver status information", (*view).opticsStatus),
		newTransceiver(s, "pm", "Show interface transceiver performance monitoring information", (*view).opticsPM),
		inNamespace(command(s, "presence [INTERFACENAME]", "Show interface transceiver presence", click.Args("[INTERFACENAME]"), showPresence)),
		inNamespace(command(s, "lpmode [INTERFACENAME]", "Show interface transceiver low-power mode status", click.Args("[INTERFACENAME]"), showLowPower)),
		inNamespace(command(s, "error-status [INTERFACENAME]", "Show transceiver error-status", click.Args("[INTERFACENAME]"), showOpticsErrors)),
	)
}

// inNamespace gives a command the option of switches with several ASICs.
func inNamespace(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
	return cmd
}

// opticsText writes what there is of a port's transceiver, and gives the rows that it is made of.
type opticsText func(port string) (text string, rows ordered)

func newTransceiver(s *session.Session, name, short string, read func(*view, context.Context, []string) (opticsText, error)) *cobra.Command {
	return inNamespace(command(s, name+" [INTERFACENAME]", short, click.Args("[INTERFACENAME]"), func(ctx context.Context, v *view, args []string) error {
		p, ports, err := v.socketPorts(ctx, args)
		if err != nil {
			return err
		}
		text, err := read(v, ctx, ports)
		if err != nil {
			return err
		}
		var all ordered
		var blocks []string
		for _, port := range ports {
			block, rows := text(port)
			all, blocks = append(all, member{p.shown(port), rows}), append(blocks, port+": "+block)
		}
		if v.json {
			return v.printJSON(all)
		}
		v.Printf("%s\n", strings.Join(blocks, "\n"))
		return nil
	}))
}

// socketPorts gives the ports with a socket, or the one that is asked for, whether it exists or not.
func (v *view) socketPorts(ctx context.Context, args []string) (portSet, []string, error) {
	p, err := v.ports(ctx)
	if err != nil || len(args) == 0 {
		return p, p.names(), err
	}
	name, err := p.named(v, args[0])
	return p, []string{name}, err
}

func (v *view) eeprom(ctx context.Context, ports []string, dom bool) (opticsText, error) {
	tables, err := v.opticsRows(ctx, ports, tableOptics, tableOpticsFirmware, tableOpticsSensor, tableOpticsThreshold)
	if err != nil {
		return nil, err
	}
	return func(port string) (string, ordered) {
		info := tables[tableOptics][port]
		switch {
		case len(info) == 0:
			return "SFP EEPROM Not detected\n", nil
		case info["type"] == portRJ45:
			return "SFP EEPROM is not applicable for RJ45 port\n", ordered{{tableOptics, info}}
		}
		firmware := tables[tableOpticsFirmware][port]
		text, rows := "SFP EEPROM detected\n"+moduleText(info, firmware), ordered{{tableOptics, info}, {tableOpticsFirmware, firmware}}
		if dom {
			sensor, limits := tables[tableOpticsSensor][port], tables[tableOpticsThreshold][port]
			text += opticalText(info["type"], joinedRows(sensor, limits))
			rows = append(rows, member{tableOpticsSensor, sensor}, member{tableOpticsThreshold, limits})
		}
		return text, rows
	}, nil
}

// opticsRows reads the rows of ports in some tables.
func (v *view) opticsRows(ctx context.Context, ports []string, names ...string) (map[string]map[string]statedb.Fields, error) {
	tables := make(map[string]map[string]statedb.Fields, len(names))
	for _, name := range names {
		rows, err := v.rows(ctx, statedb.StateDB, name, ports)
		if err != nil {
			return nil, err
		}
		tables[name] = rows
	}
	return tables, nil
}

// joinedRows lays rows over each other, the last on top.
func joinedRows(rows ...statedb.Fields) statedb.Fields {
	all := statedb.Fields{}
	for _, row := range rows {
		for name, value := range row {
			all[name] = value
		}
	}
	return all
}

// fewestStatus is how many fields tell no more than that a transceiver is there.
const fewestStatus = 2

func (v *view) opticsStatus(ctx context.Context, ports []string) (opticsText, error) {
	tables, err := v.opticsRows(ctx, ports, opticsStatusTables()...)
	if err != nil {
		return nil, err
	}
	return func(port string) (string, ordered) {
		var rows []statedb.Fields
		for _, name := range opticsStatusTables() {
			rows = append(rows, tables[name][port])
		}
		row := joinedRows(rows...)
		if len(row) <= fewestStatus {
			return "Transceiver status info not applicable\n", ordered{}
		}
		labels := commonStatus()
		if _, ok := row["module_state"]; ok {
			labels = append(labels, moduleStatus()...)
		}
		if _, ok := row["tuning_in_progress"]; ok {
			labels = append(labels, coherentStatus()...)
		}
		text, shown := "\n", ordered{}
		for _, l := range labels {
			if value, ok := row[l.field]; ok {
				text += fmt.Sprintf("%s%s: %s\n", opticsIndent, l.text, value)
				shown = append(shown, member{l.field, value})
			}
		}
		return text, shown
	}, nil
}

func showPresence(ctx context.Context, v *view, args []string) error {
	_, ports, err := v.socketPorts(ctx, args)
	if err != nil {
		return err
	}
	info, err := v.rows(ctx, statedb.StateDB, tableOptics, ports)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Port", "Presence"}}
	for _, port := range ports {
		presence := "Not present"
		if len(info[port]) > 0 {
			presence = "Present"
		}
		t.rows = append(t.rows, []string{port, presence})
	}
	return v.print(t)
}

// showLowPower tells which modules save power. Nothing but the module itself knows, and it is not reached from here.
func showLowPower(ctx context.Context, v *view, args []string) error {
	p, ports, err := v.socketPorts(ctx, args)
	if err != nil {
		return err
	}
	info, err := v.rows(ctx, statedb.StateDB, tableOptics, ports)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Port", "Low-power Mode"}}
	for _, port := range ports {
		mode := "Not Present"
		switch {
		case !slices.Contains(p.names(), port):
			return &click.ExitError{Code: click.CodeError, Text: fmt.Sprintf("Error: invalid port '%s'", port)}
		case info[port]["type"] == portRJ45:
			mode = "N/A"
		case len(info[port]) > 0:
			return &click.ExitError{Code: codeNotImplemented, Text: "This functionality is currently not implemented for this platform"}
		}
		t.rows = append(t.rows, []string{port, mode})
	}
	return v.print(t)
}

func showOpticsErrors(ctx context.Context, v *view, args []string) error {
	_, ports, err := v.socketPorts(ctx, args)
	if err != nil {
		return err
	}
	tables, err := v.opticsRows(ctx, ports, opticsStatusTables()[:2]...)
	if err != nil {
		return err
	}
	slices.SortFunc(ports, natural.Compare)
	t := table{headers: []string{"Port", "Error Status"}}
	for _, port := range ports {
		row := joinedRows(tables["TRANSCEIVER_STATUS"][port], tables[tableOpticsSoftware][port])
		t.rows = append(t.rows, []string{port, opticsError(row)})
	}
	return v.print(t)
}

// opticsError says what is wrong with a transceiver; its status is 0 without one and 1 when all is well.
func opticsError(row statedb.Fields) string {
	switch status := row["status"]; {
	case status == "1":
		return "OK"
	case status == "0":
		return "Unplugged"
	case status == "":
		return "N/A"
	case row["error"] == "" || row["error"] == "N/A":
		return "Unknown state: " + status
	}
	return row["error"]
}
