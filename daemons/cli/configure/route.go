package configure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const routeUsage = "prefix [vrf <vrf_name>] <A.B.C.D/M> nexthop [vrf <vrf_name>] <A.B.C.D>|<dev <dev_name>>|<A.B.C.D dev <dev_name>>"

func newRoute(s *session.Session) *cobra.Command {
	return oneASIC(click.Group("route", "route-related configuration tasks",
		newRouteCommand(s, "add", "Add route command", (*routeOptions).add),
		newRouteCommand(s, "del", "Del route command", (*routeOptions).del)))
}

type routeOptions struct {
	*session.Session
	cmd   *cobra.Command
	route route
}

func newRouteCommand(s *session.Session, name, short string, run func(*routeOptions, *commit.Candidate) error) *cobra.Command {
	o := &routeOptions{Session: s}
	return click.Command(name+" "+routeUsage, short, click.Args("prefix [vrf <vrf_name>]..."), func(cmd *cobra.Command, args []string) (err error) {
		o.cmd = cmd
		if o.route, err = parseRoute(cmd, args, name == "add"); err != nil {
			return err
		}
		return o.Change(cmd.Context(), func(c *commit.Candidate) error { return run(o, c) })
	})
}

// hop is one next hop of a static route. The lists of a row are parallel:
// place i of each field belongs to hop i.
type hop struct{ nexthop, vrf, ifname, distance, blackhole string }

// hopsOf reads the lists of a row; a short list means its default.
func hopsOf(row commit.Row) []hop {
	lists := [5][]string{splitList(row["nexthop"]), splitList(row["nexthop-vrf"]), splitList(row["ifname"]), splitList(row["distance"]), splitList(row["blackhole"])}
	n := 0
	for _, l := range lists {
		n = max(n, len(l))
	}
	at := func(l []string, i int, missing string) string {
		if i < len(l) && (l[i] != "" || missing == "") {
			return l[i]
		}
		return missing
	}
	hops := make([]hop, n)
	for i := range hops {
		hops[i] = hop{at(lists[0], i, ""), at(lists[1], i, ""), at(lists[2], i, ""), at(lists[3], i, "0"), at(lists[4], i, "false")}
	}
	return hops
}

// rowOf writes the lists of a row.
func rowOf(hops []hop) commit.Row {
	join := func(get func(hop) string) string {
		parts := make([]string, len(hops))
		for i, h := range hops {
			parts[i] = get(h)
		}
		return strings.Join(parts, ",")
	}
	return commit.Row{
		"nexthop":     join(func(h hop) string { return h.nexthop }),
		"nexthop-vrf": join(func(h hop) string { return h.vrf }),
		"ifname":      join(func(h hop) string { return h.ifname }),
		"distance":    join(func(h hop) string { return h.distance }),
		"blackhole":   join(func(h hop) string { return h.blackhole }),
	}
}

// splitList gives the places of a list; a missing list has none.
func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func (o *routeOptions) add(c *commit.Candidate) error {
	for _, check := range []func(*commit.Candidate) error{o.hasVRFs, o.hasInterfaces} {
		if err := check(c); err != nil {
			return err
		}
	}
	row, _ := c.Row(schema.TableStaticRoute, o.route.key())
	hops := hopsOf(row)
	for i := range hops {
		if hops[i].vrf == "" {
			hops[i].vrf = o.route.vrfName()
		}
	}
	for _, h := range o.route.hops {
		if !slices.ContainsFunc(hops, h.same) {
			hops = append(hops, h)
		}
	}
	for field, value := range rowOf(hops) {
		c.SetField(schema.TableStaticRoute, o.route.key(), field, value)
	}
	return nil
}

// hasVRFs refuses VRFs that do not exist.
func (o *routeOptions) hasVRFs(c *commit.Candidate) error {
	if o.route.vrf != "" && !vrfExists(c, o.route.vrf) {
		return click.Fail(o.cmd, "VRF %s does not exist!", o.route.vrf)
	}
	for _, vrf := range o.route.toVRF {
		if !vrfExists(c, vrf) {
			return click.Fail(o.cmd, "Nexthop VRF %s does not exist!", vrf)
		}
	}
	return nil
}

func vrfExists(c *commit.Candidate, name string) bool {
	if isMgmtVRF(name) {
		row, _ := c.Row(schema.TableMgmtVRFConfig, schema.KeyMgmtVRFGlobal)
		return row["mgmtVrfEnabled"] == "true"
	}
	return name == schema.DefaultVRF || c.Has(schema.TableVRF, name)
}

// hasInterfaces refuses next hops through interfaces that do not route.
func (o *routeOptions) hasInterfaces(c *commit.Candidate) error {
	for _, h := range o.route.hops {
		name := h.ifname
		if name == "" || h.blackhole == "true" {
			continue
		}
		switch table := interfaceTable(name); {
		case table != "" && c.Has(table, name), table == schema.TablePortChannelInterface && c.Has(schema.TablePortChannel, name):
		case table == schema.TablePortChannelInterface:
			return click.Fail(o.cmd, "portchannel does not exist.")
		case table == schema.TableVLANInterface:
			return click.Fail(o.cmd, "vlan interface does not exist.")
		default:
			return click.Fail(o.cmd, "interface %s does not exist.", name)
		}
	}
	return nil
}

// same compares what tells two next hops apart.
func (h hop) same(other hop) bool {
	return h.nexthop == other.nexthop && h.vrf == other.vrf && h.ifname == other.ifname
}

func (o *routeOptions) del(c *commit.Candidate) error {
	if err := o.hasVRFs(c); err != nil {
		return err
	}
	key := o.storedKey(c)
	row, ok := c.Row(schema.TableStaticRoute, key)
	if !ok {
		return click.Fail(o.cmd, "Route %s doesn't exist", key)
	}
	switch len(o.route.hops) {
	case 0:
		c.Delete(schema.TableStaticRoute, key)
		return nil
	case 1:
	default:
		return click.Fail(o.cmd, "Only one nexthop can be deleted at a time")
	}
	hops := hopsOf(row)
	for i := range hops {
		if hops[i].vrf == "" {
			hops[i].vrf = o.route.vrfName()
		}
	}
	left := slices.DeleteFunc(slices.Clone(hops), o.route.hops[0].same)
	if len(left) == len(hops) {
		h := o.route.hops[0]
		return click.Fail(o.cmd, "Not found ('%s', '%s', '%s') in %s", h.nexthop, h.vrf, h.ifname, key)
	}
	if len(left) == 0 {
		c.Delete(schema.TableStaticRoute, key)
		return nil
	}
	for field, value := range rowOf(left) {
		if _, had := row[field]; had {
			c.SetField(schema.TableStaticRoute, key, field, value)
		}
	}
	return nil
}

// storedKey finds the route under its key or the older key without a VRF.
func (o *routeOptions) storedKey(c *commit.Candidate) string {
	if old := o.route.prefix; o.route.vrf == "" && c.Has(schema.TableStaticRoute, old) && !c.Has(schema.TableStaticRoute, o.route.key()) {
		return old
	}
	return o.route.key()
}

// route is a parsed command line.
type route struct {
	vrf    string // "" for the global table
	prefix string
	toVRF  []string // VRFs of next hops, where they are named
	hops   []hop
}

func (r route) vrfName() string {
	if r.vrf == "" {
		return schema.DefaultVRF
	}
	return r.vrf
}

func (r route) key() string { return fmt.Sprintf("%s|%s", r.vrfName(), r.prefix) }
