package display

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/yang/schema"
)

// familyTitles and familyNames are what FRR calls the families in its texts and
// in its JSON.
var (
	familyTitles = map[schema.BGPFamily]string{schema.BGPIPv4: "IPv4 Unicast", schema.BGPIPv6: "IPv6 Unicast", schema.BGPEVPN: "L2VPN EVPN"}
	familyNames  = map[schema.BGPFamily]string{schema.BGPIPv4: "ipv4Unicast", schema.BGPIPv6: "ipv6Unicast", schema.BGPEVPN: "l2VpnEvpn"}
)

// summary makes `summary`: a line for each neighbour.
func (b bgpScope) summary(s *session.Session) *cobra.Command {
	return oneASIC(command(s, "summary", "Show the neighbors and their sessions", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		names, err := v.bgpNames(ctx)
		if err != nil {
			return err
		}
		out := ordered{}
		err = b.ask(ctx, v, bgpview.Query{Ask: bgpview.AskSummary}, func(a bgpview.Answer) error {
			for _, sum := range a.Summaries {
				if b.family == "" && sum.Family == schema.BGPEVPN && len(sum.Peers) == 0 {
					continue
				}
				if v.json {
					out = append(out, member{familyNames[sum.Family], summaryObject(sum)})
				} else if err := v.printSummary(sum, names); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil && v.json {
			err = v.printJSON(out)
		}
		return err
	}))
}

// printSummary writes the text of SONiC. Scripts look for its misspelt header.
func (v *view) printSummary(sum bgpview.Summary, names map[string]string) error {
	v.Printf("\n%s Summary:\n", familyTitles[sum.Family])
	v.Printf("BGP router identifier %s, local AS number %d vrf %s\n", sum.RouterID, sum.ASN, sum.VRF)
	v.Printf("RIB entries %d, paths %d\nPeers %d\n\n\n", sum.Prefixes, sum.Paths, len(sum.Peers))
	t := table{headers: []string{"Neighbhor", "V", "AS", "MsgRcvd", "MsgSent", "TblVer", "InQ", "OutQ", "Up/Down", "State/PfxRcd", "NeighborName"}}
	for _, p := range sum.Peers {
		t.rows = append(t.rows, []string{
			p.Neighbor, "4", number(p.ASN), number(p.MsgReceived), number(p.MsgSent), "0", number(p.InQueue), number(p.OutQueue),
			upTime(p.Seconds), stateOrPrefixes(p), bgpName(p, names),
		})
	}
	slices.SortFunc(t.rows, func(a, b []string) int { return natural.Compare(a[0], b[0]) })
	if err := v.print(t); err != nil {
		return err
	}
	v.Printf("\nTotal number of neighbors %d\n", len(sum.Peers))
	return nil
}

// stateOrPrefixes is the number of prefixes of a session that is up, or its state.
func stateOrPrefixes(p bgpview.Peer) string {
	switch {
	case p.Shutdown:
		return "Idle (Admin)"
	case p.State == "Established":
		return number(p.Received)
	}
	return p.State
}

// bgpName is the operator's name of a neighbour; a dynamic one has that of its
// range.
func bgpName(p bgpview.Peer, names map[string]string) string {
	if p.Dynamic {
		return or(p.Group, "NotAvailable")
	}
	return or(names[p.Neighbor], or(p.Description, "NotAvailable"))
}

// summaryObject is a summary with the names of FRR's JSON.
func summaryObject(sum bgpview.Summary) ordered {
	peers := ordered{}
	for _, p := range sum.Peers {
		peers = append(peers, member{p.Neighbor, ordered{
			{"remoteAs", p.ASN}, {"localAs", p.LocalASN}, {"version", 4}, {"msgRcvd", p.MsgReceived}, {"msgSent", p.MsgSent},
			{"outq", p.OutQueue}, {"inq", p.InQueue}, {"peerUptime", upTime(p.Seconds)}, {"peerUptimeMsec", max(p.Seconds, 0) * 1000},
			{"pfxRcd", p.Received}, {"state", p.State}, {"desc", p.Description}, {"peerGroup", p.Group}, {"dynamic", p.Dynamic}, {"adminShutDown", p.Shutdown},
		}})
	}
	return ordered{
		{"routerId", sum.RouterID}, {"as", sum.ASN}, {"vrfName", sum.VRF}, {"ribCount", sum.Prefixes}, {"pathCount", sum.Paths},
		{"peerCount", len(sum.Peers)}, {"peers", peers}, {"totalPeers", len(sum.Peers)},
	}
}

func number[N uint32 | uint64 | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// plural is a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
