package configure

import (
	"cmp"
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
	cmd := newEdit(s, "add <session_name> <src_ip> <dst_ip> <dscp> <ttl> [gre_type] [queue] [src_port] [direction]", "Add ERSPAN mirror session", func(e *edit) error {
		row, err := erspanRow(e)
		if err != nil {
			return err
		}
		if n := truncate.Value; n != 0 && (n < 64 || n > 9216) {
			return e.failf("Invalid value for '--truncate_size': must be 0 or in range 64..9216")
		}
		put(row, "sample_rate", sample)
		put(row, "truncate_size", truncate)
		return addMirror(e, row, e.arg(7), e.arg(8))
	})
	mirrorPolicer(cmd)
	cmd.Flags().Var(&sample, "sample_rate", "One of so many packets")
	cmd.Flags().Var(&truncate, "truncate_size", "Bytes kept of a packet")
	return cmd
}

func mirrorPolicer(cmd *cobra.Command) { cmd.Flags().String("policer", "", "Policer of the session") }

func put(row commit.Row, field string, f click.IntFlag) {
	if f.Value != 0 {
		row[field] = strconv.Itoa(f.Value)
	}
}

// erspanRow checks the arguments by position.
func erspanRow(e *edit) (commit.Row, error) {
	row := commit.Row{"type": "ERSPAN", "src_ip": e.args[1], "dst_ip": e.args[2]}
	for _, ip := range e.args[1:3] {
		a, err := netip.ParseAddr(ip)
		if err != nil {
			return nil, e.failf("'%s' does not appear to be an IPv4 or IPv6 network", ip)
		}
		if !a.Is4() {
			return nil, e.failf("%s is not a valid IPv4 address", ip)
		}
	}
	if err := e.byteArgument(row, 3, "dscp", "<dscp>", 63); err != nil {
		return nil, err
	}
	if err := e.byteArgument(row, 4, "ttl", "<ttl>", 255); err != nil {
		return nil, err
	}
	if len(e.args) > 5 {
		n, err := greType(e.args[5])
		if err != nil {
			return nil, e.failf("%s is not a valid GRE type", e.args[5])
		}
		row["gre_type"] = n
	}
	return row, e.byteArgument(row, 6, "queue", "[queue]", 255)
}

// greType reads a number, in base 16 where it says so, and gives it in base 10.
func greType(said string) (string, error) {
	digits, base := said, 10
	if hex, ok := strings.CutPrefix(strings.ToLower(said), "0x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 16)
	return strconv.FormatUint(n, 10), err
}

// byteArgument stores a number of the command line, unless it was left out.
func (e *edit) byteArgument(row commit.Row, i int, field, arg string, high int) error {
	if i >= len(e.args) {
		return nil
	}
	n, err := click.IntRange(e.cmd, arg, e.args[i], 0, high)
	if err == nil {
		row[field] = strconv.Itoa(n)
	}
	return err
}

func newSPAN(s *session.Session) *cobra.Command {
	cmd := newEdit(s, "add <session_name> <dst_port> [src_port] [direction] [queue]", "Add SPAN mirror session", func(e *edit) error {
		row := commit.Row{"type": "SPAN"}
		if err := e.byteArgument(row, 4, "queue", "[queue]", 255); err != nil {
			return err
		}
		port, err := portNamed(e.s, e.cmd, e.c, e.args[1])
		if err != nil {
			return err
		}
		row["dst_port"] = port
		return addMirror(e, row, e.arg(2), e.arg(3))
	})
	mirrorPolicer(cmd)
	return cmd
}

// addMirror refuses a session that collides with another one, or with what else a port does. Without a direction both are mirrored.
func addMirror(e *edit, row commit.Row, from, direction string) error {
	if e.c.Has(tableMirror, e.args[0]) {
		return e.failf("%s already exists", e.args[0])
	}
	var sources []string
	for _, said := range splitList(from) {
		port, err := portNamed(e.s, e.cmd, e.c, said)
		if err != nil {
			return err
		}
		sources = append(sources, port)
	}
	destination, isSPAN := row["dst_port"]
	if err := freeDestination(e, destination, isSPAN); err != nil {
		return err
	}
	if err := freeSources(e, sources, destination, direction); err != nil {
		return err
	}
	if direction != "" && !slices.Contains([]string{"rx", "tx", "both"}, direction) {
		return e.failf("Direction %s is invalid", direction)
	}
	if isSPAN {
		if err := mirrorCapable(e, cmp.Or(direction, "both")); err != nil {
			return err
		}
	}
	if from != "" {
		row["src_port"], row["direction"] = strings.Join(sources, ","), strings.ToUpper(cmp.Or(direction, "both"))
	}
	if policer := e.cmd.Flag("policer").Value.String(); policer != "" {
		row["policer"] = policer
	}
	e.c.Replace(tableMirror, e.args[0], row)
	return nil
}

// freeDestination wants a port that does nothing else.
func freeDestination(e *edit, port string, isSPAN bool) error {
	refused := ""
	switch {
	case !isSPAN:
	case e.c.Has(schema.TablePortChannel, port):
		refused = "is not supported"
	case !e.c.Has(schema.TablePort, port):
		refused = "is invalid"
	case len(vlansOf(e.c, port)) > 0:
		refused = "has vlan config"
	case channelOf(e.c, port) != "":
		refused = "has portchannel config"
	case isRouterInterface(e.c, port):
		refused = "is a L3 interface"
	}
	if refused != "" {
		return e.failf("Destination Interface %s %s", port, refused)
	}
	return nil
}

// freeSources wants ports or port channels that no other session mirrors in the same direction or sends to.
func freeSources(e *edit, sources []string, destination, direction string) error {
	for _, port := range sources {
		if !e.c.Has(schema.TablePort, port) && !e.c.Has(schema.TablePortChannel, port) {
			return e.failf("Source Interface %s is invalid", port)
		}
		if port == destination {
			return e.failf("Destination Interface can't be same as Source Interface")
		}
	}
	for _, name := range e.c.Keys(tableMirror) {
		other := e.row(tableMirror, name)
		mirrored := splitList(other["src_port"])
		for _, port := range sources {
			if other["dst_port"] == port {
				return e.failf("Source Interface %s already has mirror config", port)
			}
			if slices.Contains(mirrored, port) && sameDirection(other["direction"], strings.ToUpper(direction)) {
				return e.failf("Source Interface %s already has mirror config in same direction", port)
			}
		}
		if destination != "" && (other["dst_port"] == destination || slices.Contains(mirrored, destination)) {
			return e.failf("Destination Interface %s already has mirror config", destination)
		}
	}
	return nil
}

func sameDirection(a, b string) bool { return a == "BOTH" || b == "" || b == "BOTH" || a == b }

// mirrorCapable asks what the ASIC said it can mirror at ports. One that says nothing can.
func mirrorCapable(e *edit, direction string) error {
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	for field, other := range map[string]string{"PORT_INGRESS_MIRROR_CAPABLE": "tx", "PORT_EGRESS_MIRROR_CAPABLE": "rx"} {
		if direction != other && can[field] != "" && can[field] != "true" {
			return e.failf("Port mirror direction '%s' is not supported by the ASIC", direction)
		}
	}
	return nil
}

func newMirrorRemove(s *session.Session) *cobra.Command {
	return newEdit(s, "remove <session_name>", "Delete mirror session", func(e *edit) error {
		if !e.c.Has(tableMirror, e.args[0]) {
			return e.failf("%s does not exist", e.args[0])
		}
		e.c.Delete(tableMirror, e.args[0])
		return nil
	})
}
