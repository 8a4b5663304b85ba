package display

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newVLAN(s *session.Session) *cobra.Command {
	return click.Group("vlan", "Show VLAN information",
		inNamespace(command(s, "brief", "Show all bridge information", click.Args(), showVLANBrief)),
		inNamespace(command(s, "config", "Show VLAN configuration", click.Args(), showVLANConfig)))
}

// vlans is the configuration of all VLANs.
type vlans struct {
	rows       map[string]statedb.Fields
	interfaces map[string]statedb.Fields
	members    map[[2]string]statedb.Fields
}

func (v *view) vlans(ctx context.Context) (vlans, error) {
	var out vlans
	var err error
	if out.rows, err = v.all(ctx, statedb.ConfigDB, schema.TableVLAN); err != nil {
		return out, err
	}
	if out.interfaces, err = v.all(ctx, statedb.ConfigDB, schema.TableVLANInterface); err != nil {
		return out, err
	}
	members, err := v.all(ctx, statedb.ConfigDB, schema.TableVLANMember)
	out.members = pairs(members)
	return out, err
}

func (v *view) vlansAndPorts(ctx context.Context) (l vlans, p portSet, err error) {
	if l, err = v.vlans(ctx); err != nil {
		return l, p, err
	}
	p, err = v.ports(ctx)
	return l, p, err
}

// names lists the VLANs in natural order.
func (l vlans) names() []string { return slices.SortedFunc(maps.Keys(l.rows), natural.Compare) }

// membersOf lists the ports of a VLAN in natural order.
func (l vlans) membersOf(vlan string) []string {
	var out []string
	for key := range l.members {
		if key[0] == vlan {
			out = append(out, key[1])
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out
}

// addressesOf lists the addresses of a VLAN, IPv4 first.
func (l vlans) addressesOf(vlan string) []string {
	var out []string
	for key := range l.interfaces {
		if name, prefix, ok := strings.Cut(key, "|"); ok && name == vlan {
			out = append(out, prefix)
		}
	}
	slices.SortFunc(out, comparePrefixes)
	return out
}

// comparePrefixes orders IPv4 before IPv6, then by number.
func comparePrefixes(a, b string) int {
	p, errA := netip.ParsePrefix(a)
	q, errB := netip.ParsePrefix(b)
	if errA != nil || errB != nil {
		return natural.Compare(a, b)
	}
	if c := p.Addr().Compare(q.Addr()); c != 0 {
		return c
	}
	return p.Bits() - q.Bits()
}

func showVLANBrief(ctx context.Context, v *view, _ []string) error {
	l, p, err := v.vlansAndPorts(ctx)
	if err != nil {
		return err
	}
	t := table{
		headers: []string{"VLAN ID", "IP Address", "Ports", "Port Tagging", "Proxy ARP", "Static Anycast Gateway"},
		lists:   []string{"IP Address", "Ports", "Port Tagging"},
		layout:  tabulate.Options{Format: tabulate.Grid},
	}
	for _, name := range l.names() {
		var ports, tagging []string
		for _, port := range l.membersOf(name) {
			ports = append(ports, p.shown(port))
			tagging = append(tagging, l.members[[2]string{name, port}]["tagging_mode"])
		}
		gateway := "disabled"
		if l.interfaces[name]["static_anycast_gateway"] == "true" {
			gateway = "enabled"
		}
		t.rows = append(t.rows, []string{
			strings.TrimPrefix(name, "Vlan"), strings.Join(l.addressesOf(name), "\n"), strings.Join(ports, "\n"),
			strings.Join(tagging, "\n"), or(l.interfaces[name]["proxy_arp"], "disabled"), gateway,
		})
	}
	return v.print(t)
}

func showVLANConfig(ctx context.Context, v *view, _ []string) error {
	l, p, err := v.vlansAndPorts(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Name", "VID", "Member", "Mode"}}
	for _, name := range l.names() {
		vid := l.rows[name]["vlanid"]
		members := l.membersOf(name)
		if len(members) == 0 {
			t.rows = append(t.rows, []string{name, vid, tabulate.None, tabulate.None})
		}
		for _, port := range members {
			t.rows = append(t.rows, []string{name, vid, p.shown(port), l.members[[2]string{name, port}]["tagging_mode"]})
		}
	}
	return v.print(t)
}
