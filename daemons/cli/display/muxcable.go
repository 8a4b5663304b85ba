package display

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const tableMux = "MUX_CABLE"

// addMux makes `show muxcable`: cables that a server shares between two switches.
func addMux(s *session.Session, root *cobra.Command) {
	group := groupAt(root, "muxcable")
	group.AddCommand(
		command(s, "config [port]", "Show muxcable config information", click.Args("[port]"), showMuxConfig),
		command(s, "status [port]", "Show muxcable status information", click.Args("[port]"), showMuxStatus))
	// These ask the cable itself.
	for name, short := range map[string]string{
		"ber-info": "bit error rate", "health": "health", "operationtime": "operation time", "queueinfo": "queue information", "resetcause": "reset cause",
	} {
		group.AddCommand(command(s, name+" [port] [target]", "Show muxcable "+short, click.Args("[port]", "[target]"), func(_ context.Context, _ *view, args []string) error {
			return &click.ExitError{Code: click.CodeError, Text: "ERR: no mux cable answers" + on(args)}
		}))
	}
}

func on(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return " on port " + args[0]
}

// muxPorts are the ports with such a cable, or the one asked for.
func (v *view) muxPorts(rows map[string]statedb.Fields, p portSet, args []string) ([]string, error) {
	if len(args) == 0 {
		return slices.SortedFunc(maps.Keys(rows), natural.Compare), nil
	}
	name, err := p.named(v, args[0])
	if err != nil {
		return nil, err
	}
	if rows[name] == nil {
		return nil, &click.ExitError{Code: click.CodeError, Text: "this is not a valid port present on mux_cable"}
	}
	return []string{name}, nil
}

// muxField reads what a row must have.
func muxField(row statedb.Fields, port, key, name string) (string, error) {
	if row[key] == "" {
		return "", &click.ExitError{Code: click.CodeError, Text: "could not retrieve key " + key + " value for port " + port + " inside table " + name}
	}
	return row[key], nil
}

// muxPeer is the other switch of the pair.
func (v *view) muxPeer(ctx context.Context) (name, address string, err error) {
	device, err := v.all(ctx, statedb.ConfigDB, schema.TableDeviceMetadata)
	if err != nil {
		return "", "", err
	}
	peers, err := v.all(ctx, statedb.ConfigDB, "PEER_SWITCH")
	if err != nil {
		return "", "", err
	}
	if name, err = muxField(device[schema.KeyLocalhost], schema.KeyLocalhost, "peer_switch", schema.TableDeviceMetadata); err != nil {
		return "", "", err
	}
	address, err = muxField(peers[name], name, "address_ipv4", "PEER_SWITCH")
	return name, address, err
}

func showMuxConfig(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, tableMux)
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	peer, address, err := v.muxPeer(ctx)
	if err != nil {
		return err
	}
	names, err := v.muxPorts(rows, p, args)
	if err != nil {
		return err
	}
	t := table{headers: []string{"port", "state", "ipv4", "ipv6", "cable_type", "soc_ipv4", "soc_ipv6", "prober_type"}}
	both := false // some server is active on both switches
	var ports ordered
	for _, name := range names {
		cells := []string{p.shown(name)}
		for _, f := range []string{"state", "server_ipv4", "server_ipv6"} {
			value, err := muxField(rows[name], name, f, tableMux)
			if err != nil {
				return err
			}
			cells = append(cells, value)
		}
		row := rows[name]
		both = both || row["soc_ipv4"] != ""
		t.rows = append(t.rows, append(cells, row["cable_type"], row["soc_ipv4"], row["soc_ipv6"], or(row["prober_type"], "software")))
		ports = append(ports, member{p.shown(name), muxServer(cells, row)})
	}
	if v.json {
		return v.printJSON(ordered{{"MUX_CABLE", muxJSON(ports, address, len(args) > 0)}})
	}
	if !both {
		const plain = 4
		t.headers = t.headers[:plain]
		for i := range t.rows {
			t.rows[i] = t.rows[i][:plain]
		}
	}
	if err := v.print(table{headers: []string{"SWITCH_NAME", "PEER_TOR"}, rows: [][]string{{peer, address}}}); err != nil {
		return err
	}
	return v.print(t)
}

// muxJSON is the peer and the ports; of one port, only that.
func muxJSON(ports ordered, peer string, one bool) ordered {
	if one {
		return ordered{{"PORTS", ports}}
	}
	return ordered{{"PEER_TOR", peer}, {"PORTS", ports}}
}

func muxServer(cells []string, row statedb.Fields) ordered {
	server := ordered{{"IPv4", cells[2]}, {"IPv6", cells[3]}}
	for _, f := range []string{"cable_type", "soc_ipv4", "soc_ipv6", "prober_type"} {
		if row[f] != "" {
			server = append(server, member{f, row[f]})
		}
	}
	return ordered{{"STATE", cells[1]}, {"SERVER", server}}
}

func showMuxStatus(ctx context.Context, v *view, args []string) error {
	var tables [5]map[string]statedb.Fields
	for i, from := range []struct {
		db   statedb.DBID
		name string
	}{
		{statedb.ApplDB, "MUX_CABLE_TABLE"}, {statedb.StateDB, "MUX_CABLE_TABLE"}, {statedb.StateDB, "MUX_LINKMGR_TABLE"}, {statedb.StateDB, "MUX_METRICS_TABLE"},
		{statedb.StateDB, "HW_MUX_CABLE_TABLE"},
	} {
		rows, err := v.all(ctx, from.db, from.name)
		if err != nil {
			return err
		}
		tables[i] = rows
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	names, err := v.muxPorts(tables[0], p, args)
	if err != nil {
		return err
	}
	t := table{headers: []string{"PORT", "STATUS", "SERVER_STATUS", "HEALTH", "HWSTATUS", "LAST_SWITCHOVER_TIME"}}
	var all ordered
	for _, name := range names {
		cells := []string{p.shown(name)}
		for i, from := range []string{tableMux + "_TABLE", tableMux + "_TABLE", "MUX_LINKMGR_TABLE"} {
			value, err := muxField(tables[i][name], name, "state", from)
			if err != nil {
				return err
			}
			cells = append(cells, value)
		}
		metrics := tables[3][name]
		cells = append(cells, muxHardware(tables[4][name], cells[1]), or(metrics["linkmgrd_switch_standby_end"], metrics["linkmgrd_switch_active_end"]))
		t.rows = append(t.rows, cells)
		facts := ordered{}
		for i := 1; i < len(cells); i++ {
			facts = append(facts, member{t.headers[i], cells[i]})
		}
		all = append(all, member{cells[0], facts})
	}
	if v.json {
		return v.printJSON(ordered{{tableMux, all}})
	}
	return v.print(t)
}

// muxHardware compares what the cable does with what it should.
func muxHardware(row statedb.Fields, wanted string) string {
	switch row["state"] {
	case "":
		return "absent"
	case wanted:
		return "consistent"
	}
	return "inconsistent"
}
