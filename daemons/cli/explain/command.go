package explain

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// options are those of `explain`.
type options struct {
	session *session.Session
	vrf     string
	format  session.Format
}

// New makes the command `explain`.
func New(s *session.Session) *cobra.Command {
	o := &options{session: s}
	cmd := click.Command("explain <subject>", "Follow a prefix, address, MAC, port, VLAN or rule from the configuration to the ASIC",
		click.Args("<subject>"), o.run)
	cmd.Flags().StringVar(&o.vrf, "vrf", "", "VRF of a prefix or address")
	o.format.Flags(cmd.Flags())
	click.Describe(cmd, "<subject>", "10.0.0.1, 10.0.0.0/24, 00:11:22:33:44:55, Ethernet0, PortChannel1, Vlan100, 100, or a rule as DATAACL/RULE_1")
	return cmd
}

func (o *options) run(cmd *cobra.Command, args []string) error {
	b := newBuilder(cmd.Context(), o.session, args[0])
	if err := o.choose(cmd, b, args[0]); err != nil {
		return err
	}
	if b.err != nil {
		return fmt.Errorf("explain %s: %w", args[0], b.err)
	}
	if o.format.Structured() {
		return o.format.Write(o.session.Out, b.chain)
	}
	return write(o.session.Out, b.chain)
}

// choose tells what a subject is by how it is written.
func (o *options) choose(cmd *cobra.Command, b *builder, subject string) error {
	vrf := o.vrf
	if vrf == schema.DefaultVRF {
		vrf = ""
	}
	if prefix, ok := parsePrefix(subject); ok {
		b.explainRoute(prefix, vrf)
		return nil
	}
	if vrf != "" {
		return click.Fail(cmd, "--vrf goes with a prefix or an address, which '%s' is not.", subject)
	}
	mac, macErr := net.ParseMAC(subject)
	number, ok := strings.CutPrefix(subject, "Vlan")
	id, idErr := strconv.Atoi(number)
	switch {
	case macErr == nil && len(mac) == 6:
		b.explainMAC(mac)
	case idErr == nil && (id < 1 || id > 4094):
		return click.Fail(cmd, "Invalid value for '<subject>': VLAN %d is not in the range 1<=x<=4094.", id)
	case idErr == nil:
		b.explainVLAN(id)
	case isRule(subject):
		table, rule, _ := strings.Cut(subject, "/")
		b.explainRule(table, rule)
	case !ok && strings.ContainsFunc(subject, func(r rune) bool { return '0' <= r && r <= '9' }) && !strings.ContainsAny(subject, ":/ *?["):
		b.explainPort(subject)
	default:
		return click.Fail(cmd, "Invalid value for '<subject>': '%s' is no address, prefix, MAC address, port, VLAN or rule.", subject)
	}
	return nil
}

// isRule says whether a subject is written as a rule of an access list. A prefix with a wrong length is none.
func isRule(s string) bool {
	table, rule, ok := strings.Cut(s, "/")
	_, err := netip.ParseAddr(table)
	return ok && err != nil && table != "" && rule != "" && !strings.ContainsAny(s, ": *?[") && !strings.Contains(rule, "/")
}

// parsePrefix reads a prefix or an address; host bits are cleared.
func parsePrefix(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), a.Zone() == ""
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}

// titles are the headings of the layers, in their order.
var titles = []struct {
	layer Layer
	title string
}{
	{Configuration, "Configuration"},
	{Intent, "Intent (APPL_DB)"},
	{State, "State"},
	{Object, "Objects in the ASIC"},
}

// write prints a chain layer by layer.
func write(out io.Writer, c Chain) error {
	fmt.Fprintf(out, "%s: %s\n", c.Subject, c.Verdict)
	for _, t := range titles {
		links := slices.DeleteFunc(slices.Clone(c.Links), func(l Link) bool { return l.Layer != t.layer })
		if len(links) == 0 {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", t.title)
		for _, named := range []bool{false, true} {
			part := slices.DeleteFunc(slices.Clone(links), func(l Link) bool { return l.named() != named })
			if err := writeLinks(out, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeLinks prints links in columns.
func writeLinks(out io.Writer, links []Link) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, l := range links {
		fmt.Fprintf(w, "  %s\n", strings.TrimRight(strings.Join(l.cells(), "\t"), "\t "))
	}
	return w.Flush()
}

// named says whether a link is an object with a name, not a row of a database.
func (l Link) named() bool { return l.Status != "" || l.ID != "" }

// cells are the columns of a link.
func (l Link) cells() []string {
	if !l.named() {
		return []string{l.Place, l.text()}
	}
	status := l.Status
	if status == "" {
		status = "of the ASIC's own"
	}
	if l.Reason != "" {
		status += ": " + l.Reason
	}
	return []string{l.Place, status, l.Since, l.Owner, l.ID}
}

// text writes fields as name=value.
func (l Link) text() string {
	var words []string
	for name, value := range l.Fields {
		words = append(words, name+"="+value)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}
