package display

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addRPKI makes `show rpki`: the validating caches, and what they say.
func addRPKI(s *session.Session, root *cobra.Command) {
	caches := command(s, "cache-connection", "Show the validating caches of the RPKI", click.Args(), showCaches)
	prefixes := command(s, "prefix-table [ADDRESS|PREFIX]", "Show what prefixes which AS may announce, or those around one", click.Args("[ADDRESS|PREFIX]"), showROAs)
	for _, cmd := range []*cobra.Command{caches, prefixes} {
		cmd.Flags().String("vrf", schema.DefaultVRF, "VRF whose routes are judged")
	}
	groupAt(root, "rpki").AddCommand(caches, prefixes)
}

// askRPKI puts a query about the VRF of the command to routingd.
func (v *view) askRPKI(ctx context.Context, q bgpview.Query, each func(bgpview.Answer)) error {
	scope := bgpScope{vrf: v.cmd.Flags().Lookup("vrf").Value.String()}
	return scope.ask(ctx, v, q, func(a bgpview.Answer) error {
		each(a)
		return nil
	})
}

func showCaches(ctx context.Context, v *view, _ []string) error {
	t := table{headers: []string{"Cache", "Port", "Preference", "State", "Used", "Version", "Session", "Serial", "IPv4", "IPv6", "Updated", "Error"}}
	err := v.askRPKI(ctx, bgpview.Query{Ask: bgpview.AskCaches}, func(a bgpview.Answer) {
		for _, c := range a.Caches {
			state, used := "disconnected", "no"
			if c.Connected {
				state = "connected"
			}
			if c.Used {
				used = "yes"
			}
			t.rows = append(t.rows, []string{
				c.Address, strconv.Itoa(int(c.Port)), strconv.Itoa(int(c.Preference)), state, used, strconv.Itoa(int(c.Version)), strconv.Itoa(int(c.Session)),
				strconv.FormatUint(uint64(c.Serial), 10), strconv.Itoa(c.IPv4), strconv.Itoa(c.IPv6), upTime(c.Seconds), c.Error,
			})
		}
	})
	if err != nil {
		return err
	}
	return v.print(t)
}

func showROAs(ctx context.Context, v *view, args []string) error {
	q := bgpview.Query{Ask: bgpview.AskROAs}
	if len(args) > 0 {
		q.Prefix = args[0]
		_, err := netip.ParseAddr(q.Prefix)
		if _, prefixErr := netip.ParsePrefix(q.Prefix); err != nil && prefixErr != nil {
			return click.Fail(v.cmd, "%s is not an address or prefix", q.Prefix)
		}
	}
	t := table{headers: []string{"Prefix", "Prefix Length", "Origin-AS"}}
	err := v.askRPKI(ctx, q, func(a bgpview.Answer) {
		for _, r := range a.ROAs {
			p, err := netip.ParsePrefix(r.Prefix)
			if err != nil {
				continue // routingd wrote it
			}
			t.rows = append(t.rows, []string{p.Addr().String(), fmt.Sprintf("%d - %d", p.Bits(), r.MaxLength), strconv.FormatUint(uint64(r.ASN), 10)})
		}
	})
	if err != nil {
		return err
	}
	return v.print(t)
}
