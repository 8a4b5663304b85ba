package display

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

const legendBGP = `Status codes:  s suppressed, d damped, h history, * valid, > best, = multipath,
               i internal, r RIB-failure, S Stale, R Removed
Origin codes:  i - IGP, e - EGP, ? - incomplete
`

// network makes `network [<address or prefix> [bestpath|json|longer-prefixes|multipath]]`.
func (b bgpScope) network(s *session.Session) *cobra.Command {
	kinds := []string{"bestpath", "json", "longer-prefixes", "multipath"}
	cmd := command(s, "network [ADDRESS|PREFIX] [bestpath|json|longer-prefixes|multipath]", "Show BGP routes",
		click.Args("[ADDRESS|PREFIX]", "[INFO_TYPE]"), func(ctx context.Context, v *view, args []string) error {
			q := bgpview.Query{Ask: bgpview.AskRoutes}
			if len(args) == 0 {
				return b.showRoutes(ctx, v, q)
			}
			q.Prefix = args[0]
			if err := checkPrefix(v, b.family, q.Prefix); err != nil {
				return err
			}
			if len(args) == 1 {
				return b.showPaths(ctx, v, q, false)
			}
			if _, err := click.Choice(v.cmd, "[bestpath|json|longer-prefixes|multipath]", args[1], kinds...); err != nil {
				return err
			}
			switch args[1] {
			case "longer-prefixes":
				if !strings.Contains(q.Prefix, "/") {
					return click.Fail(v.cmd, "longer-prefixes needs a prefix, such as %s/24, not an address", q.Prefix)
				}
				q.Longer = true
				return b.showRoutes(ctx, v, q)
			case "json":
				v.json = true
			}
			return b.showPaths(ctx, v, q, args[1] == "bestpath")
		})
	return oneASIC(cmd)
}

// showRoutes lists routes, a line for each path.
func (b bgpScope) showRoutes(ctx context.Context, v *view, q bgpview.Query) error {
	var routes, paths int
	out := ordered{}
	err := b.ask(ctx, v, q, func(a bgpview.Answer) error {
		for _, r := range a.Routes {
			if v.json {
				out = append(out, member{r.Prefix, pathObjects(r)})
				continue
			}
			if routes == 0 {
				v.Printf("%s\n    Network          Next Hop            Metric LocPrf Weight Path\n", legendBGP)
			}
			for i, p := range r.Paths {
				v.Printf("%s\n", pathLine(r, i, p))
			}
			routes, paths = routes+1, paths+len(r.Paths)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case v.json:
		return v.printJSON(ordered{{"vrfName", or(b.vrf, schema.DefaultVRF)}, {"routes", out}})
	case routes == 0:
		v.Printf("No BGP prefixes displayed, 0 exist\n")
	default:
		v.Printf("\nDisplayed  %s and %s\n", plural(routes, "route"), plural(paths, "total path"))
	}
	return nil
}

// pathLine is a line of the table. The prefix stands in the first of its paths.
func pathLine(r bgpview.Route, i int, p bgpview.Path) string {
	prefix := r.Prefix
	if i > 0 {
		prefix = ""
	}
	if len(prefix) > 16 { // it has a line of its own, as in FRR
		prefix += "\n" + strings.Repeat(" ", 20)
	}
	metric, preference := "", ""
	if p.MED != nil {
		metric = strconv.FormatUint(uint64(*p.MED), 10)
	}
	if p.LocalPref != nil {
		preference = strconv.FormatUint(uint64(*p.LocalPref), 10)
	}
	weight := 0
	if p.Neighbor == "" {
		weight = 32768 // a path of the switch itself
	}
	path := p.ASPath
	if path != "" {
		path += " "
	}
	return fmt.Sprintf(" %s %-16s %-19s %6s %6s %6d %s%s", pathStatus(p), prefix, p.NextHop, metric, preference, weight, path, originCode(p.Origin))
}

// pathStatus are the two letters before a path.
func pathStatus(p bgpview.Path) string {
	valid, best := "*", " "
	switch {
	case p.Stale:
		valid = "S"
	case p.Invalid || p.Filtered:
		valid = " "
	}
	switch {
	case p.Best:
		best = ">"
	case p.Multipath:
		best = "="
	}
	return valid + best
}

func originCode(origin string) string {
	switch strings.ToLower(origin) {
	case "igp":
		return "i"
	case "egp":
		return "e"
	}
	return "?"
}

// checkPrefix refuses what is no address or prefix of the family.
func checkPrefix(v *view, family schema.BGPFamily, text string) error {
	a, err := netip.ParseAddr(text)
	if p, prefixErr := netip.ParsePrefix(text); prefixErr == nil {
		a, err = p.Addr(), nil
	}
	if err != nil || family != "" && schema.BGPFamilyOf(a) != family {
		return click.Fail(v.cmd, "%s is not an address or prefix of %s", text, or(familyTitles[family], "IPv4 or IPv6"))
	}
	return nil
}

// showPaths tells all about the paths of a prefix.
func (b bgpScope) showPaths(ctx context.Context, v *view, q bgpview.Query, bestOnly bool) error {
	found := false
	err := b.ask(ctx, v, q, func(a bgpview.Answer) error {
		for _, r := range a.Routes {
			found = true
			if bestOnly {
				r.Paths = r.Paths[:min(1, len(r.Paths))]
			}
			if v.json {
				if err := v.printJSON(ordered{{"prefix", r.Prefix}, {"paths", pathObjects(r)}}); err != nil {
					return err
				}
				continue
			}
			v.Printf("BGP routing table entry for %s\nPaths: (%s available)\n", r.Prefix, plural(len(r.Paths), "path"))
			for _, p := range r.Paths {
				v.Printf("%s", pathText(p))
			}
		}
		return nil
	})
	if err != nil || found {
		return err
	}
	if v.json {
		return v.printJSON(ordered{})
	}
	v.Printf("%% Network not in table\n")
	return nil
}

// pathText tells of a path in the words of FRR.
func pathText(p bgpview.Path) string {
	var t strings.Builder
	from := "0.0.0.0 (this switch)"
	if p.Neighbor != "" {
		from = p.Neighbor + " (" + or(p.SourceID, "0.0.0.0") + ")"
	}
	fmt.Fprintf(&t, "  %s\n    %s from %s\n      Origin %s", or(p.ASPath, "Local"), p.NextHop, from, p.Origin)
	if p.MED != nil {
		fmt.Fprintf(&t, ", metric %d", *p.MED)
	}
	if p.LocalPref != nil {
		fmt.Fprintf(&t, ", localpref %d", *p.LocalPref)
	}
	for _, f := range []struct {
		word string
		is   bool
	}{
		{"valid", !p.Invalid && !p.Filtered}, {"filtered by policy", p.Filtered}, {"next hop unreachable", p.Invalid}, {"stale", p.Stale},
		{"atomic-aggregate", p.AtomicAggregate}, {"multipath", p.Multipath}, {"best", p.Best},
	} {
		if f.is {
			t.WriteString(", " + f.word)
		}
	}
	if p.Validation != "" {
		t.WriteString(", rpki validation-state: " + p.Validation)
	}
	t.WriteByte('\n')
	for _, f := range []struct{ word, value string }{
		{"Community", strings.Join(p.Communities, " ")}, {"Extended Community", strings.Join(p.ExtCommunities, " ")},
		{"Large Community", strings.Join(p.LargeCommunities, " ")}, {"Originator", p.Originator}, {"Cluster list", strings.Join(p.ClusterList, " ")},
		{"Aggregator", p.Aggregator},
	} {
		if f.value != "" {
			fmt.Fprintf(&t, "      %s: %s\n", f.word, f.value)
		}
	}
	fmt.Fprintf(&t, "      Last update: %s ago\n", upTime(p.Seconds))
	return t.String()
}

// pathObjects are the paths of a route with the names of FRR's JSON.
func pathObjects(r bgpview.Route) []ordered {
	list := make([]ordered, 0, len(r.Paths))
	for _, p := range r.Paths {
		o := ordered{
			{"valid", !p.Invalid && !p.Filtered}, {"bestpath", p.Best}, {"multipath", p.Multipath}, {"stale", p.Stale}, {"network", r.Prefix},
			{"peerId", p.Neighbor}, {"path", p.ASPath}, {"origin", p.Origin}, {"nexthops", []ordered{{{"ip", p.NextHop}, {"used", p.Best || p.Multipath}}}},
		}
		if p.MED != nil {
			o = append(o, member{"metric", *p.MED})
		}
		if p.LocalPref != nil {
			o = append(o, member{"locPrf", *p.LocalPref})
		}
		if p.Validation != "" {
			o = append(o, member{"rpkiValidationState", p.Validation})
		}
		for _, c := range []member{{"community", p.Communities}, {"extendedCommunity", p.ExtCommunities}, {"largeCommunity", p.LargeCommunities}} {
			if len(c.value.([]string)) > 0 {
				o = append(o, c)
			}
		}
		list = append(list, append(o, member{"lastUpdateSeconds", p.Seconds}))
	}
	return list
}
