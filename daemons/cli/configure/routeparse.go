package configure

import (
	"net/netip"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
)

// maxRouteWords is the longest form: prefix vrf V P nexthop vrf W H dev D.
const maxRouteWords = 10

// parseRoute reads "prefix [vrf V] P nexthop [vrf W] H|dev D|H dev D". Without
// needHop, the next hop may be left out: the whole route is meant.
func parseRoute(cmd *cobra.Command, words []string, needHop bool) (route, error) {
	if len(words) < 2 || len(words) > maxRouteWords {
		return route{}, click.Fail(cmd, "argument is not in pattern prefix [vrf <vrf_name>] <A.B.C.D/M> nexthop <[vrf <vrf_name>] <A.B.C.D>>|<dev <dev_name>>!")
	}
	if !slices.Contains(words, "prefix") {
		return route{}, click.Fail(cmd, "argument is incomplete, prefix not found!")
	}
	at := slices.Index(words, "nexthop")
	if at < 0 && needHop {
		return route{}, click.Fail(cmd, "argument is incomplete, nexthop not found!")
	}
	left, right := words, []string(nil)
	if at >= 0 {
		left, right = words[:at], words[at+1:]
	}
	r, err := parsePrefixWords(cmd, left)
	if err != nil || at < 0 {
		return r, err
	}
	r.hasHop = true
	return r, r.parseHop(cmd, right)
}

// parsePrefixWords reads "prefix [vrf V] P".
func parsePrefixWords(cmd *cobra.Command, words []string) (route, error) {
	var r route
	switch {
	case len(words) == 4 && words[0] == "prefix" && words[1] == "vrf":
		r.vrf, r.prefix = words[2], words[3]
	case len(words) == 2 && words[0] == "prefix":
		r.prefix = words[1]
	default:
		return r, click.Fail(cmd, "prefix is not in pattern!")
	}
	p, err := prefixArgument(r.prefix)
	if err != nil || p != p.Masked() { // as a network, no host bits
		return r, click.Fail(cmd, "ip address is not valid.")
	}
	return r, nil
}

// parseHop reads "[vrf W] H", "dev D" or "H dev D".
func (r *route) parseHop(cmd *cobra.Command, words []string) error {
	r.hop = hop{vrf: r.vrfName(), distance: "0", blackhole: "false"}
	if len(words) >= 2 && words[0] == "vrf" {
		r.hop.vrf, words = words[1], words[2:]
	}
	if len(words) > 0 && words[0] != "dev" {
		if _, err := netip.ParseAddr(words[0]); err != nil {
			return click.Fail(cmd, "ip address is not valid.")
		}
		r.hop.nexthop, words = words[0], words[1:]
	}
	if len(words) == 2 && words[0] == "dev" {
		r.hop.ifname, words = words[1], nil
		if r.hop.ifname == "null" { // SONiC's word for a route that drops
			r.hop.blackhole = "true"
		}
	}
	if len(words) > 0 || r.hop.nexthop == "" && r.hop.ifname == "" {
		return click.Fail(cmd, "nexthop is not in pattern!")
	}
	return nil
}
