package configure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
)

// maxRouteWords is the longest form: prefix vrf V P nexthop vrf W H dev D.
const maxRouteWords = 10

// parseRoute reads "prefix [vrf V] P nexthop [vrf W] H|dev D|H dev D". Without
// needHop, the next hop may be left out: the whole route is meant.
func parseRoute(cmd *cobra.Command, words []string, needHop bool) (route, error) {
	if len(words) < 2 || len(words) > maxRouteWords {
		return route{}, click.Fail(cmd, "argument is not in pattern prefix [vrf <vrf_name>] <A.B.C.D/M> nexthop [vrf <vrf_name>]%18s<A.B.C.D>|<dev <dev_name>>|<A.B.C.D dev <dev_name>>!", "")
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
	return r, r.parseHops(cmd, right)
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

// parseHops reads "[vrf W] H", "dev D" or "H dev D", each of which may be a list: place i of each belongs to next hop i, and the first VRF to those
// without one.
func (r *route) parseHops(cmd *cobra.Command, words []string) error {
	var nexthops, ifnames []string
	vrfs := []string{r.vrfName()}
	if len(words) >= 2 && words[0] == "vrf" {
		r.toVRF = strings.Split(words[1], ",")
		vrfs, words = r.toVRF, words[2:]
	}
	if len(words) > 0 && words[0] != "dev" {
		nexthops, words = strings.Split(words[0], ","), words[1:]
	}
	if len(words) == 2 && words[0] == "dev" {
		ifnames, words = strings.Split(words[1], ","), nil
	}
	if len(words) > 0 || len(nexthops)+len(ifnames) == 0 {
		return click.Fail(cmd, "nexthop is not in pattern!")
	}
	for _, address := range nexthops {
		if _, err := netip.ParseAddr(address); err != nil {
			return click.Fail(cmd, "ip address is not valid.")
		}
	}
	at := func(list []string, i int, missing string) string {
		if i < len(list) {
			return list[i]
		}
		return missing
	}
	for i := range max(len(nexthops), len(ifnames)) {
		h := hop{nexthop: at(nexthops, i, ""), vrf: at(vrfs, i, vrfs[0]), ifname: at(ifnames, i, ""), distance: "0", blackhole: "false"}
		if h.ifname == "null" { // SONiC's word for a route that drops
			h.blackhole = "true"
		}
		r.hops = append(r.hops, h)
	}
	return nil
}
