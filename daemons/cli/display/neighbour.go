package display

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newARP(s *session.Session) *cobra.Command {
	return newNeighbours(s, "arp [IPADDRESS]", "Show IP ARP table", "IPADDRESS", false)
}

func newNDP(s *session.Session) *cobra.Command {
	return newNeighbours(s, "ndp [IP6ADDRESS]", "Show IPv6 Neighbour table", "IP6ADDRESS", true)
}

func newNeighbours(s *session.Session, use, short, arg string, v6 bool) *cobra.Command {
	var iface string
	cmd := command(s, use, short, click.Args("["+arg+"]"), func(ctx context.Context, v *view, args []string) error {
		var addr netip.Addr
		if len(args) > 0 {
			a, err := netip.ParseAddr(args[0])
			if err != nil {
				return click.Fail(v.cmd, "Invalid IP address %s", args[0])
			}
			addr = a
		}
		return showNeighbours(ctx, v, v6, iface, addr)
	})
	cmd.Flags().StringVar(&iface, "iface", "", "Show only neighbours on this interface")
	click.Alias(cmd, "-if", "--iface")
	return oneASIC(cmd)
}

// neighbour is a row of APPL_DB NEIGH_TABLE.
type neighbour struct {
	key schema.NeighKey
	mac string
}

func showNeighbours(ctx context.Context, v *view, v6 bool, iface string, addr netip.Addr) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	if iface != "" {
		if iface, err = p.named(v, iface); err != nil {
			return err
		}
	}
	list, err := v.neighbours(ctx)
	if err != nil {
		return err
	}
	where, err := v.macPorts(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Address", "MacAddress", "Iface", "Vlan"}}
	if v6 {
		t.headers = append(t.headers, "Status")
	}
	for _, n := range list {
		if n.key.Addr.Is6() != v6 || addr.IsValid() && n.key.Addr != addr {
			continue
		}
		port, vlan := where.locate(n)
		if iface != "" && iface != port && iface != string(n.key.Interface) {
			continue
		}
		row := []string{n.key.Addr.String(), n.mac, p.shown(port), vlan}
		if v6 {
			row = append(row, "REACHABLE") // only resolved neighbours get into APPL_DB
		}
		t.rows = append(t.rows, row)
	}
	if err := v.print(t); err != nil || v.json {
		return err
	}
	v.Printf("Total number of entries %d \n", len(t.rows))
	return nil
}

// neighbours lists the resolved neighbours by address.
func (v *view) neighbours(ctx context.Context) ([]neighbour, error) {
	rows, err := v.all(ctx, statedb.ApplDB, schema.AppTableNeigh)
	if err != nil {
		return nil, err
	}
	var out []neighbour
	for key, row := range rows {
		if k, err := schema.ParseNeighKey(key, schema.AppSeparator); err == nil {
			out = append(out, neighbour{k, row["neigh"]})
		}
	}
	slices.SortFunc(out, func(a, b neighbour) int {
		if c := a.key.Addr.Compare(b.key.Addr); c != 0 {
			return c
		}
		return strings.Compare(string(a.key.Interface), string(b.key.Interface))
	})
	return out, nil
}

// macPorts tells behind which port a MAC address of a VLAN is.
type macPorts map[schema.FDBKey]string

func (v *view) macPorts(ctx context.Context) (macPorts, error) {
	entries, err := v.macs(ctx)
	out := make(macPorts, len(entries))
	for _, e := range entries {
		out[e.key] = e.port
	}
	return out, err
}

// locate gives port and VLAN of a neighbour; what is not known is "-".
func (m macPorts) locate(n neighbour) (port, vlan string) {
	if n.key.Interface.Kind() != schema.InterfaceVLAN {
		return string(n.key.Interface), "-"
	}
	name := n.key.Interface.VLAN()
	mac, _ := schema.ParseMAC(n.mac)
	return or(m[schema.FDBKey{VLAN: name, MAC: mac}], "-"), name.ID().String()
}
