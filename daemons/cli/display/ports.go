package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// portSet is what the databases know of the front panel.
type portSet struct {
	config map[string]statedb.Fields
	app    map[string]statedb.Fields
	alias  bool // the operator names ports by alias
}

// ports reads the front panel. APPL_DB may hold a million routes, so its rows
// are asked for by name.
func (v *view) ports(ctx context.Context) (portSet, error) {
	p := portSet{alias: v.Getenv("SONIC_CLI_IFACE_MODE") == "alias"}
	var err error
	if p.config, err = v.all(ctx, statedb.ConfigDB, schema.TablePort); err != nil {
		return p, err
	}
	p.app, err = v.rows(ctx, statedb.ApplDB, schema.AppTablePort, slices.Collect(maps.Keys(p.config)))
	return p, err
}

// names lists the ports that are in use, in natural order, without those
// inside the chassis.
func (p portSet) names() []string {
	var out []string
	for name, row := range p.app {
		if role := row["role"]; role != "Int" && role != "Inb" && role != "Rec" {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out
}

// shown gives the name that the operator uses for a port.
func (p portSet) shown(name string) string {
	base, sub, isSub := strings.Cut(name, ".")
	if row, ok := p.config[base]; p.alias && ok && row["alias"] != "" {
		if isSub {
			return row["alias"] + "." + sub
		}
		return row["alias"]
	}
	return name
}

// named finds the port that the operator means.
func (p portSet) named(v *view, name string) (string, error) {
	if !p.alias || strings.HasPrefix(name, "PortChannel") || strings.HasPrefix(name, "Vlan") {
		return name, nil
	}
	for port, row := range p.config {
		if row["alias"] == name {
			return port, nil
		}
	}
	if _, ok := p.config[name]; ok {
		return name, nil
	}
	return "", click.Fail(v.cmd, "cannot find interface name for alias %s", name)
}

// selected gives all ports, or the one named by the first argument.
func (p portSet) selected(v *view, args []string) ([]string, error) {
	if len(args) == 0 {
		return p.names(), nil
	}
	name, err := p.named(v, args[0])
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(p.names(), func(n string) bool { return n != name }), nil
}

// speedText writes a speed as SONiC does: 40000 is 40G, 100 is 100M.
func speedText(mbps string) string {
	switch {
	case mbps == "":
		return "N/A"
	case strings.HasSuffix(mbps, "000") && len(mbps) > 3:
		return strings.TrimSuffix(mbps, "000") + "G"
	case len(mbps) > 3 && strings.HasSuffix(mbps, "00"): // 2500
		return mbps[:len(mbps)-3] + "." + mbps[len(mbps)-3:len(mbps)-2] + "G"
	}
	return mbps + "M"
}
