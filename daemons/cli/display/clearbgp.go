package display

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addClearBGP makes `sonic-clear ip bgp neighbor` and its IPv6 and family-less
// forms: hard resets, and soft ones that only exchange routes again.
func addClearBGP(s *session.Session, root *cobra.Command) {
	for path, family := range map[string]schema.BGPFamily{"ip bgp neighbor": schema.BGPIPv4, "ipv6 bgp neighbor": schema.BGPIPv6, "bgp neighbor": ""} {
		for _, c := range []struct {
			words, short, direction string
			soft                    bool
		}{
			{"all", "Clear all BGP sessions, or one", "", false},
			{"in", "Ask for the routes again", bgpview.DirectionIn, true},
			{"out", "Send the routes again", bgpview.DirectionOut, true},
			{"soft all", "Exchange the routes again", bgpview.DirectionBoth, true},
			{"soft in", "Ask for the routes again", bgpview.DirectionIn, true},
			{"soft out", "Send the routes again", bgpview.DirectionOut, true},
		} {
			q := bgpview.Query{Ask: bgpview.DoReset, Family: family, Soft: c.soft, Direction: c.direction}
			clearing{path: path + " " + c.words, short: c.short, root: true, arg: "[ipaddress]", run: func(ctx context.Context, v *view, args []string) error {
				return resetBGP(ctx, v, q, args)
			}}.add(s, root)
		}
	}
}

func resetBGP(ctx context.Context, v *view, q bgpview.Query, args []string) error {
	scope := bgpScope{family: q.Family}
	if q.Neighbor = strings.Join(args, ""); q.Neighbor != "" {
		if err := scope.neighbourArgument(ctx, v, q.Neighbor); err != nil {
			return err
		}
	}
	return scope.ask(ctx, v, q, func(bgpview.Answer) error { return nil })
}
