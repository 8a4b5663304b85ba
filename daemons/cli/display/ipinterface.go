package display

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newIPInterfaces(s *session.Session, v6 bool) *cobra.Command {
	kind := "IPv4"
	if v6 {
		kind = "IPv6"
	}
	return oneASIC(command(s, "interfaces", "Show interfaces "+kind+" address", click.Args("[loopback-action]"), func(ctx context.Context, v *view, args []string) error {
		if len(args) == 0 {
			return showIPInterfaces(ctx, v, v6)
		}
		if v6 || args[0] != "loopback-action" {
			return click.Fail(v.cmd, "No such command '%s'.", args[0])
		}
		return showLoopbackAction(ctx, v)
	}))
}

// routedTables are the tables of CONFIG_DB whose interfaces have addresses.
func routedTables() []string {
	return []string{
		schema.TableInterface, schema.TablePortChannelInterface, schema.TableVLANInterface,
		schema.TableVLANSubInterface, schema.TableLoopbackInterface, schema.TableMgmtInterface,
	}
}

// routed is an interface with its configured row and addresses.
type routed struct {
	name     string
	row      statedb.Fields
	prefixes []netip.Prefix
}

// routedInterfaces reads every interface that has a row of its own or an address.
func (v *view) routedInterfaces(ctx context.Context) ([]*routed, error) {
	byName := make(map[string]*routed)
	for _, name := range routedTables() {
		rows, err := v.all(ctx, statedb.ConfigDB, name)
		if err != nil {
			return nil, err
		}
		for key, row := range rows {
			iface, prefix, has := strings.Cut(key, "|")
			r := byName[iface]
			if r == nil {
				r = &routed{name: iface}
				byName[iface] = r
			}
			if !has {
				r.row = row
			} else if p, err := netip.ParsePrefix(prefix); err == nil {
				r.prefixes = append(r.prefixes, p)
			}
		}
	}
	var out []*routed
	for _, r := range byName {
		slices.SortFunc(r.prefixes, func(a, b netip.Prefix) int { return comparePrefixes(a.String(), b.String()) })
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *routed) int { return natural.Compare(a.name, b.name) })
	return out, nil
}

func showIPInterfaces(ctx context.Context, v *view, v6 bool) error {
	list, err := v.routedInterfaces(ctx)
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	links, err := v.links(ctx)
	if err != nil {
		return err
	}
	peers, err := v.all(ctx, statedb.ConfigDB, "BGP_NEIGHBOR")
	if err != nil {
		return err
	}
	header := "IPv4 address/mask"
	if v6 {
		header = "IPv6 address/mask"
	}
	t := table{headers: []string{"Interface", "Master", header, "Admin/Oper", "BGP Neighbor", "Neighbor IP"}}
	for _, r := range list {
		name, master, state := p.shown(r.name), r.row["vrf_name"], links.state(r.name)
		for _, prefix := range r.prefixes {
			if prefix.Addr().Is6() != v6 {
				continue
			}
			peer, address := peerAt(peers, prefix.Addr())
			t.rows = append(t.rows, []string{name, master, prefix.String(), state, peer, address})
			if !v.json { // later addresses stand below the first one
				name, master, state = "", "", ""
			}
		}
	}
	return v.print(t)
}

// peerAt finds the BGP neighbour that is spoken to from an address.
func peerAt(peers map[string]statedb.Fields, local netip.Addr) (name, address string) {
	for key, row := range peers {
		if a, err := netip.ParseAddr(row["local_addr"]); err == nil && a == local {
			return or(row["name"], "N/A"), key[strings.LastIndexByte(key, '|')+1:]
		}
	}
	return "N/A", "N/A"
}

func showLoopbackAction(ctx context.Context, v *view) error {
	list, err := v.routedInterfaces(ctx)
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "Action"}}
	for _, r := range list {
		if action := r.row["loopback_action"]; action != "" {
			t.rows = append(t.rows, []string{p.shown(r.name), action})
		}
	}
	return v.print(t)
}
