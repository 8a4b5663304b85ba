package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// interfacesNamed lists the interfaces that "Ethernet0", "Ethernet0,Ethernet8",
// "Ethernet0-16" or "all" stand for. In a range, numbers that no port has are
// passed over; a single name must exist.
func interfacesNamed(s *session.Session, cmd *cobra.Command, c *commit.Candidate, arg string) ([]string, error) {
	if arg == "all" {
		return c.Keys(schema.TablePort), nil
	}
	var out []string
	for part := range strings.SplitSeq(arg, ",") {
		if strings.Contains(part, "-") && !exists(c, part) {
			names, err := interfaceRange(cmd, c, part)
			if err != nil {
				return nil, err
			}
			out = append(out, names...)
			continue
		}
		name, err := portNamed(s, cmd, c, part)
		if err != nil {
			return nil, err
		}
		if !exists(c, name) {
			return nil, click.Fail(cmd, "Interface name is invalid. Please enter a valid interface name!!")
		}
		out = append(out, name)
	}
	return out, nil
}

// interfaceRange expands "Ethernet0-16".
func interfaceRange(cmd *cobra.Command, c *commit.Candidate, arg string) ([]string, error) {
	from, to, _ := strings.Cut(arg, "-")
	prefix := strings.TrimRight(from, "0123456789")
	first, ok1 := atoi(strings.TrimPrefix(from, prefix))
	last, ok2 := atoi(to)
	if prefix == "" || !ok1 || !ok2 {
		return nil, click.Fail(cmd, "Invalid interface range '%s'. Expected a range like 'Ethernet0-3'.", arg)
	}
	if first > last {
		return nil, click.Fail(cmd, "Invalid interface range '%s'. The start of the range must not be greater than the end.", arg)
	}
	var out []string
	for _, table := range []string{schema.TablePort, schema.TablePortChannel, schema.TableVLAN} {
		for _, name := range c.Keys(table) {
			n, err := strconv.Atoi(strings.TrimPrefix(name, prefix))
			if strings.HasPrefix(name, prefix) && err == nil && first <= n && n <= last {
				out = append(out, name)
			}
		}
	}
	if len(out) == 0 {
		return nil, click.Fail(cmd, "Interface name is invalid. Please enter a valid interface name!!")
	}
	return out, nil
}
