package configure

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const tableMirror = "MIRROR_SESSION"

func newMirror(s *session.Session) *cobra.Command {
	return click.Group("mirror_session", "Mirror session configuration tasks",
		newERSPAN(s), newMirrorRemove(s),
		click.Group("erspan", "ERSPAN mirror session", newERSPAN(s)),
		click.Group("span", "SPAN mirror session", newSPAN(s)))
}

// newERSPAN makes `add`, which stands at the top for older scripts.
func newERSPAN(s *session.Session) *cobra.Command {
	var sample, truncate click.IntFlag
	var policer string
	cmd := click.Command("add <session_name> <src_ip> <dst_ip> <dscp> <ttl> [gre_type] [queue] [src_port] [direction]", "Add ERSPAN mirror session",
		click.Args("<session_name>", "<src_ip>", "<dst_ip>", "<dscp>", "<ttl>", "[gre_type]", "[queue]", "[src_port]", "[direction]"),
		func(cmd *cobra.Command, args []string) error {
			row, err := erspanRow(cmd, args)
			if err != nil {
				return err
			}
			if n := truncate.Value; truncate.IsSet && n != 0 && (n < 64 || n > 9216) {
				return click.Fail(cmd, "Invalid value for '--truncate_size': must be 0 or in range 64..9216")
			}
			put(row, "sample_rate", sample)
			put(row, "truncate_size", truncate)
			if policer != "" {
				row["policer"] = policer
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error { return addMirror(cmd, c, args[0], row) })
		})
	cmd.Flags().StringVar(&policer, "policer", "", "Policer of the session")
	cmd.Flags().Var(&sample, "sample_rate", "One of so many packets")
	cmd.Flags().Var(&truncate, "truncate_size", "Bytes kept of a packet")
	return cmd
}

func put(row commit.Row, field string, f click.IntFlag) {
	if f.IsSet && f.Value != 0 {
		row[field] = strconv.Itoa(f.Value)
	}
}

// erspanRow checks the arguments by position.
func erspanRow(cmd *cobra.Command, args []string) (commit.Row, error) {
	row := commit.Row{"type": "ERSPAN", "src_ip": args[1], "dst_ip": args[2], "dscp": args[3], "ttl": args[4]}
	for _, ip := range args[1:3] {
		a, err := netip.ParseAddr(ip)
		if err != nil {
			return nil, click.Fail(cmd, "'%s' does not appear to be an IPv4 or IPv6 network", ip)
		}
		if !a.Is4() {
			return nil, click.Fail(cmd, "%s is not a valid IPv4 address", ip)
		}
	}
	if _, err := click.IntRange(cmd, "<dscp>", args[3], 0, 63); err != nil {
		return nil, err
	}
	if _, err := click.IntRange(cmd, "<ttl>", args[4], 0, 255); err != nil {
		return nil, err
	}
	for i, field := range []string{"gre_type", "queue", "src_port", "direction"} {
		if len(args) > 5+i {
			row[field] = args[5+i]
		}
	}
	if gre, ok := row["gre_type"]; ok {
		if n, err := strconv.ParseUint(gre, 0, 64); err != nil || n > 65535 {
			return nil, click.Fail(cmd, "%s is not a valid GRE type", gre)
		}
	}
	if queue, ok := row["queue"]; ok {
		if _, err := click.IntRange(cmd, "[queue]", queue, 0, 255); err != nil {
			return nil, err
		}
	}
	return row, mirrorDirection(cmd, row)
}

// mirrorDirection stores the direction in capitals.
func mirrorDirection(cmd *cobra.Command, row commit.Row) error {
	d, ok := row["direction"]
	if !ok {
		return nil
	}
	if _, err := click.Choice(cmd, "[direction]", d, "rx", "tx", "both"); err != nil {
		return err
	}
	row["direction"] = strings.ToUpper(d)
	return nil
}

func newSPAN(s *session.Session) *cobra.Command {
	return click.Command("add <session_name> <dst_port> [src_port] [direction] [queue]", "Add SPAN mirror session",
		click.Args("<session_name>", "<dst_port>", "[src_port]", "[direction]", "[queue]"),
		func(cmd *cobra.Command, args []string) error {
			row := commit.Row{"type": "SPAN", "dst_port": args[1]}
			for i, field := range []string{"src_port", "direction", "queue"} {
				if len(args) > 2+i {
					row[field] = args[2+i]
				}
			}
			if err := mirrorDirection(cmd, row); err != nil {
				return err
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error { return addMirror(cmd, c, args[0], row) })
		})
}

// addMirror refuses a session that collides with another one.
func addMirror(cmd *cobra.Command, c *commit.Candidate, name string, row commit.Row) error {
	if c.Has(tableMirror, name) {
		return click.Fail(cmd, "%s already exists", name)
	}
	dst, sources := row["dst_port"], splitList(row["src_port"])
	if dst != "" {
		if slices.Contains(sources, dst) {
			return click.Fail(cmd, "Destination Interface can't be same as Source Interface")
		}
		if !c.Has(schema.TablePort, dst) {
			return click.Fail(cmd, "Destination Interface %s is invalid", dst)
		}
		if inMirror(c, dst) {
			return click.Fail(cmd, "Destination Interface %s already has mirror config", dst)
		}
		if channelOf(c, dst) != "" {
			return click.Fail(cmd, "Destination Interface %s has portchannel config", dst)
		}
		if len(vlansOf(c, dst)) > 0 {
			return click.Fail(cmd, "Destination Interface %s has vlan config", dst)
		}
		if isRouterInterface(c, dst) {
			return click.Fail(cmd, "Destination Interface %s is a L3 interface", dst)
		}
	}
	for _, src := range sources {
		if !c.Has(schema.TablePort, src) && !c.Has(schema.TablePortChannel, src) {
			return click.Fail(cmd, "Source Interface %s is invalid", src)
		}
	}
	c.Replace(tableMirror, name, row)
	return nil
}

// inMirror says whether any session uses a port.
func inMirror(c *commit.Candidate, port string) bool {
	for _, name := range c.Keys(tableMirror) {
		row, _ := c.Row(tableMirror, name)
		if row["dst_port"] == port || slices.Contains(splitList(row["src_port"]), port) {
			return true
		}
	}
	return false
}

func newMirrorRemove(s *session.Session) *cobra.Command {
	return click.Command("remove <session_name>", "Delete mirror session", click.Args("<session_name>"), func(cmd *cobra.Command, args []string) error {
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if !c.Has(tableMirror, args[0]) {
				return click.Fail(cmd, "%s does not exist", args[0])
			}
			c.Delete(tableMirror, args[0])
			return nil
		})
	})
}
