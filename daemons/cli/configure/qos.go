package configure

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newMMU makes `config mmu`: the threshold of a buffer profile.
func newMMU(s *session.Session) *cobra.Command {
	options := []option{
		{name: "profile", short: "p", needed: true}, {name: "alpha", short: "a", field: "dynamic_th", check: whole(-8, 8)}, {name: "staticth", short: "s", field: "static_th", check: whole(0, -1)},
	}
	cmd := withOptions(newEdit(s, "mmu", "mmuconfig configuration tasks", func(e *edit) error {
		name, _, err := e.option(options[0])
		if err != nil {
			return err
		}
		row, err := e.optionRow(options[1:])
		if err != nil {
			return err
		}
		old, known := e.c.Row(tableBufferProfile, name)
		_, isDynamic := old["dynamic_th"]
		_, isStatic := old["static_th"]
		switch {
		case row["dynamic_th"] != "":
			delete(row, "static_th") // one at a time, as ever
			if known && !isDynamic {
				return quitf(click.CodeError, "%s not using dynamic thresholding", name)
			}
		case row["static_th"] != "" && known && !isStatic:
			return quitf(click.CodeError, "%s not using static threshold", name)
		}
		if e.cmd.Flags().Changed("verbose") {
			for field, value := range row {
				e.tellf("Setting %s %s value to %s", name, field, value)
			}
		}
		e.c.Set(tableBufferProfile, name, row)
		return nil
	}), options)
	cmd.Flags().Bool("verbose", false, "Enable verbose output")
	cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
	click.Alias(cmd, "-vv", "--verbose")
	return cmd
}

// qosTables are what a switch's quality of service is made of.
func qosTables() []string {
	return []string{
		"TC_TO_PRIORITY_GROUP_MAP", "MAP_PFC_PRIORITY_TO_QUEUE", "TC_TO_QUEUE_MAP", "DSCP_TO_TC_MAP", "MPLS_TC_TO_TC_MAP", "SCHEDULER",
		"PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", "PORT_QOS_MAP", "WRED_PROFILE", "CABLE_LENGTH", "BUFFER_PG", "BUFFER_QUEUE",
		"BUFFER_PORT_INGRESS_PROFILE_LIST", "BUFFER_PORT_EGRESS_PROFILE_LIST", "BUFFER_PROFILE", "BUFFER_POOL", "DEFAULT_LOSSLESS_BUFFER_PARAMETER", "LOSSLESS_TRAFFIC_PATTERN",
		"QUEUE", "DSCP_TO_FC_MAP", "EXP_TO_FC_MAP",
	}
}

// noTemplate says that a file of the board's that SONiC makes rows from is not there, or not read.
func (e *edit) noTemplate(kind, name string) error {
	device := e.row(schema.TableDeviceMetadata, schema.KeyLocalhost)
	file := filepath.Join(e.s.Paths.DevDir, device["platform"], device["hwsku"], name)
	if _, err := os.Stat(file); err != nil {
		return quitf(click.CodeError, "%s definition template not found at %s", kind, file)
	}
	return quitf(click.CodeError, "Error: templates such as %s are not rendered on this switch; load the rows themselves with config load", file)
}

// newClassForwarding makes `config cbf`: class based forwarding.
func newClassForwarding(s *session.Session) *cobra.Command {
	return click.Group("cbf", "CBF-related configuration tasks",
		newEdit(s, "clear", "Clear CBF configuration", func(e *edit) error {
			e.dropTables("DSCP_TO_FC_MAP", "EXP_TO_FC_MAP")
			return nil
		}),
		newEdit(s, "reload", "Reload CBF configuration", func(e *edit) error { return e.noTemplate("CBF", "cbf.json.j2") }))
}

// newQoS makes `config qos`.
func newQoS(s *session.Session) *cobra.Command {
	reload := newEdit(s, "reload", "Reload QoS configuration", func(e *edit) error { return e.noTemplate("Buffer", "buffers.json.j2") })
	reload.Flags().String("ports", "", "Ports whose configuration is reloaded")
	reload.Flags().Bool("no-dynamic-buffer", false, "Disable dynamic buffer calculation")
	reload.Flags().Bool("no-delay", false, "Do not wait for the tables to be empty")
	clear := newEdit(s, "clear", "Clear QoS configuration", func(e *edit) error {
		e.dropTables(qosTables()...)
		return nil
	})
	return click.Group("qos", "QoS-related configuration tasks", clear, reload)
}

// newMux makes `config muxcable`.
func newMux(s *session.Session) *cobra.Command {
	const table = "MUX_CABLE"
	states := []string{"active", "auto", "manual", "standby", "detach"}
	mode := newChoice(s, "mode <operation_status> <port_name>", "Config muxcable mode", states, func(e *edit) error { return setMuxMode(e, table) })
	mode.Flags().Bool("json", false, "Print JSON")
	absent := func(use, short string) *cobra.Command {
		return newEdit(s, use, short, func(e *edit) error {
			return quitf(click.CodeError, "ERR: no mux cable answers on port %s", e.args[0])
		})
	}
	return click.Group("muxcable", "Mux cable configuration tasks", mode,
		click.Group("prbs", "Patterns that test a cable", absent("enable PORT TARGET MODE_VALUE LANE_MAP [DIRECTION]", "Enable a pattern"), absent("disable PORT TARGET [DIRECTION]", "Disable a pattern")),
		click.Group("loopback", "Loopback of a cable", absent("enable PORT TARGET LANE_MAP [MODE]", "Enable loopback"), absent("disable PORT TARGET", "Disable loopback")))
}

func setMuxMode(e *edit, table string) error {
	ports := []string{e.args[1]}
	if e.args[1] == "all" {
		ports = e.c.Keys(table)
	} else {
		name, err := portNamed(e.s, e.cmd, e.c, e.args[1])
		if err != nil {
			return err
		}
		ports[0] = name
	}
	told := make([][2]string, 0, len(ports))
	for _, port := range ports {
		if !e.c.Has(table, port) {
			return quitf(click.CodeError, "this is not a valid port present on mux_cable")
		}
		state, err := e.state("MUX_CABLE_TABLE", port)
		if err != nil {
			return err
		}
		said := "OK"
		if mode := e.args[0]; (mode == "active" || mode == "standby") && state["state"] != mode && e.row(table, port)["state"] != mode {
			said = "INPROGRESS"
		}
		e.c.SetField(table, port, "state", e.args[0])
		told = append(told, [2]string{port, said})
	}
	e.tellStates(told)
	return nil
}
