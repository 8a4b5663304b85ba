package display

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/vtysh"
)

// maxVNI is the highest number of a VXLAN segment: RFC 7348, section 5.
const maxVNI = 1<<24 - 1

// addFRR makes the commands that FRR answers where it is the switch's guest.
func addFRR(s *session.Session, root *cobra.Command) {
	evpn := newAsked(s, "evpn", "Show evpn related information", "show evpn")
	evpn.AddCommand(
		command(s, "es [es]", "Show evpn es", click.Args("[es]"), showSegments),
		command(s, "es-evi [vni|detail]", "Show Ethernet Segment per EVI information", click.Args("[vni|detail]"), showSegmentInstances),
		newAsked(s, "l2-nh", "Show evpn Layer2 nexthops", "show evpn l2-nh"))
	root.AddCommand(evpn,
		newNamed(s, "route-map", "show route-map", showRouteMaps),
		newVRRP(s, "vrrp"), newVRRP(s, "vrrp6"))
	groupAt(root, "ip").AddCommand(newNamed(s, "prefix-list", "show ip prefix-list", prefixLists{}.show))
	groupAt(root, "ipv6").AddCommand(newNamed(s, "prefix-list", "show ipv6 prefix-list", prefixLists{six: true}.show))
}

// ask shows FRR's answer.
func (v *view) ask(ctx context.Context, question string) error {
	v.echo("vtysh", "-c", question)
	answer, err := vtysh.Ask(ctx, question)
	if err != nil {
		return err
	}
	if v.json {
		return v.printJSON(ordered{{"command", question}, {"lines", strings.Split(strings.TrimRight(answer, "\n"), "\n")}})
	}
	v.Printf("%s", answer)
	return nil
}

func newAsked(s *session.Session, name, short, question string) *cobra.Command {
	return command(s, name, short, click.Args(), func(ctx context.Context, v *view, _ []string) error { return v.ask(ctx, question) })
}

// word refuses what would be more than one word of FRR's language.
func (v *view) word(arg, said string) error {
	if said == "" || strings.ContainsAny(said, " \t\r\n") || len(said) > 255 {
		return click.Fail(v.cmd, "Invalid value for '%s': %q is not a name.", arg, said)
	}
	return nil
}

// newNamed makes a command whose one argument is a name: FRR's answer, where the switch has FRR, and then what routingd has of CONFIG_DB.
func newNamed(s *session.Session, name, question string, own func(context.Context, *view, []string) error) *cobra.Command {
	arg := "[" + strings.ReplaceAll(name, "-", "_") + "_name]"
	return command(s, name+" "+arg, question, click.Args(arg), func(ctx context.Context, v *view, args []string) error {
		q := question
		if len(args) > 0 {
			if err := v.word(arg, args[0]); err != nil {
				return err
			}
			q += " " + args[0]
		}
		if err := v.ask(ctx, q); err != nil && !errors.Is(err, vtysh.ErrAbsent) {
			return err
		}
		return own(ctx, v, args)
	})
}

// newVRRP makes `show vrrp` and `show vrrp6`.
func newVRRP(s *session.Session, name string) *cobra.Command {
	about := func(use, short, word string, args ...string) *cobra.Command {
		return command(s, use+" "+strings.Join(args, " "), short, click.Args(args...), func(ctx context.Context, v *view, said []string) error {
			q := "show " + name + word
			for i, a := range said {
				if err := v.word(args[i], a); err != nil {
					return err
				}
				q += " " + a
			}
			return v.ask(ctx, q)
		})
	}
	cmd := newAsked(s, name, "Show "+name+" commands", "show "+name)
	cmd.AddCommand(newAsked(s, "summary", "show "+name+" summary", "show "+name+" summary"),
		about("vrid", "show "+name+" vrid <vrid>", "", "<vrid>"),
		about("interface", "show "+name+" interface <interface_name> <vrid>", " interface", "<interface_name>", "[<vrid>]"))
	return cmd
}

func showSegments(ctx context.Context, v *view, args []string) error {
	q := "show evpn es"
	if len(args) > 0 {
		if ok, _ := regexp.MatchString(`^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){9}$`, args[0]); !ok {
			return click.Fail(v.cmd, "Invalid ESI format '%s'. Expected format: XX:XX:XX:XX:XX:XX:XX:XX:XX:XX", args[0])
		}
		q += " " + args[0]
	}
	return v.ask(ctx, q)
}

func showSegmentInstances(ctx context.Context, v *view, args []string) error {
	switch {
	case len(args) == 0:
		return v.ask(ctx, "show evpn es-evi")
	case args[0] == "detail":
		return v.ask(ctx, "show evpn es-evi detail")
	}
	n, err := strconv.Atoi(args[0])
	switch {
	case err != nil:
		return click.Fail(v.cmd, "Invalid VNI '%s'. VNI must be a numeric value", args[0])
	case n < 1 || n > maxVNI:
		return click.Fail(v.cmd, "Invalid VNI '%s'. VNI must be between 1 and %d", args[0], maxVNI)
	}
	return v.ask(ctx, "show evpn es-evi vni "+args[0])
}
