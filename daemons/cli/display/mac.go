package display

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// macFilter is what `show mac` narrows its list to.
type macFilter struct {
	vlan, port, address, kind string
	count                     bool
}

func newMAC(s *session.Session) *cobra.Command {
	var f macFilter
	cmd := inNamespace(command(s, "mac", "Show MAC (FDB) entries", click.Args("[aging-time]"), func(ctx context.Context, v *view, args []string) error {
		if len(args) > 0 {
			return showAging(ctx, v, args[0])
		}
		return f.show(ctx, v)
	}))
	cmd.Flags().StringVarP(&f.vlan, "vlan", "v", "", "Show only entries of this VLAN")
	cmd.Flags().StringVarP(&f.port, "port", "p", "", "Show only entries of this port")
	cmd.Flags().StringVarP(&f.address, "address", "a", "", "Show only the entry of this MAC address")
	cmd.Flags().StringVarP(&f.kind, "type", "t", "", "Show only dynamic or static entries")
	cmd.Flags().BoolVarP(&f.count, "count", "c", false, "Show only the number of entries")
	return cmd
}

// macEntry is one row of STATE_DB FDB_TABLE.
type macEntry struct {
	key  schema.FDBKey
	port string
	kind string
}

func (f macFilter) show(ctx context.Context, v *view) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	if err := f.check(ctx, v, &p); err != nil {
		return err
	}
	entries, err := v.macs(ctx)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e macEntry) bool { return !f.matches(e) })
	if f.count && !v.json {
		v.Printf("Total number of entries %d\n", len(entries))
		return nil
	}
	t := table{headers: []string{"No.", "Vlan", "MacAddress", "Port", "Type"}}
	for i, e := range entries {
		t.rows = append(t.rows, []string{strconv.Itoa(i + 1), e.key.VLAN.ID().String(), e.key.MAC.Upper(), p.shown(e.port), capital(e.kind)})
	}
	if err := v.print(t); err != nil || v.json {
		return err
	}
	v.Printf("Total number of entries %d\n", len(entries))
	return nil
}

// check refuses a filter that can match nothing, in the words of SONiC's script.
func (f *macFilter) check(ctx context.Context, v *view, p *portSet) error {
	invalid := func(what, value string) error {
		return &click.ExitError{Code: click.CodeError, Text: "Error: Invalid " + what + " " + value}
	}
	if f.port != "" {
		channels, err := v.all(ctx, statedb.ConfigDB, schema.TablePortChannel)
		if err != nil {
			return err
		}
		name, err := p.named(v, f.port)
		if err != nil {
			return invalid("port", f.port)
		}
		if _, isChannel := channels[name]; !isChannel && p.config[name] == nil {
			return invalid("port", f.port)
		}
		f.port = name
	}
	if n, err := strconv.Atoi(f.vlan); f.vlan != "" && (err != nil || n < 1 || n > int(schema.MaxVLANID)) {
		return invalid("vlan id", f.vlan)
	}
	if _, err := schema.ParseMAC(f.address); f.address != "" && err != nil {
		return invalid("mac address", f.address)
	}
	if f.kind != "" && !strings.EqualFold(f.kind, "dynamic") && !strings.EqualFold(f.kind, "static") {
		return invalid("type", f.kind)
	}
	return nil
}

func (f macFilter) matches(e macEntry) bool {
	mac, _ := schema.ParseMAC(f.address)
	return (f.vlan == "" || e.key.VLAN.ID().String() == strings.TrimLeft(f.vlan, "0")) &&
		(f.port == "" || e.port == f.port) &&
		(f.address == "" || e.key.MAC == mac) &&
		(f.kind == "" || strings.EqualFold(e.kind, f.kind))
}

// macs lists what the ASIC has, by VLAN and address.
func (v *view) macs(ctx context.Context) ([]macEntry, error) {
	rows, err := v.all(ctx, statedb.StateDB, schema.StateTableFDB)
	if err != nil {
		return nil, err
	}
	var out []macEntry
	for key, row := range rows {
		k, err := schema.ParseFDBKey(key)
		if err != nil {
			continue // a bridge that is no VLAN
		}
		out = append(out, macEntry{k, row["port"], row["type"]})
	}
	slices.SortFunc(out, func(a, b macEntry) int {
		if c := int(a.key.VLAN.ID()) - int(b.key.VLAN.ID()); c != 0 {
			return c
		}
		if c := natural.Compare(a.port, b.port); c != 0 {
			return c
		}
		return slices.Compare(a.key.MAC[:], b.key.MAC[:])
	})
	return out, nil
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// defaultAging is SONiC's ageing time in seconds.
const defaultAging = "600"

func showAging(ctx context.Context, v *view, word string) error {
	if word != "aging-time" {
		return click.Fail(v.cmd, "No such command '%s'.", word)
	}
	rows, err := v.rows(ctx, statedb.ApplDB, schema.AppTableSwitch, []string{"switch"})
	if err != nil {
		return err
	}
	seconds := or(rows["switch"]["fdb_aging_time"], defaultAging)
	if v.json {
		return v.printJSON(ordered{{"aging_time", seconds}})
	}
	v.Printf("Aging time for switch is %s seconds\n", seconds)
	return nil
}
