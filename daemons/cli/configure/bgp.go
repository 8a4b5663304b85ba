package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newBGPSessions makes `config bgp startup`, `shutdown` and `remove`.
func newBGPSessions(s *session.Session) []*cobra.Command {
	return []*cobra.Command{
		newBGPStatus(s, "startup", "Start up BGP session(s)", "up", "Starting"),
		newBGPStatus(s, "shutdown", "Shut down BGP session(s)", "down", "Shutting"),
		click.Group("remove", "Remove BGP neighbor configuration from the device",
			verbose(newEdit(s, "neighbor <neighbor_ip_or_hostname>", "Deletes BGP neighbor configuration of given hostname or ip from devices", func(e *edit) error {
				return e.eachPeer(e.args[0], func(p peerRow) {
					e.c.Delete(p.table, p.key)
					e.tellf("Removed configuration of BGP neighbor %s", p.name())
				})
			}))),
	}
}

func newBGPStatus(s *session.Session, name, short, status, verb string) *cobra.Command {
	set := func(e *edit) func(peerRow) {
		return func(p peerRow) {
			e.c.SetField(p.table, p.key, "admin_status", status)
			e.tellf("%s %s BGP session with neighbor %s...", verb, status, p.name())
		}
	}
	return click.Group(name, short,
		verbose(newEdit(s, "all", short+" with all neighbors", func(e *edit) error {
			for _, p := range e.peers() {
				set(e)(p)
			}
			return nil
		})),
		verbose(newEdit(s, "neighbor <ipaddr_or_hostname>", short+" by neighbor IP address or hostname", func(e *edit) error {
			return e.eachPeer(e.args[0], set(e))
		})))
}

// verbose gives a command an option that scripts use; it says all it does anyway.
func verbose(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolP("verbose", "v", false, "Enable verbose output")
	return cmd
}

// peerRow is a row of a configured neighbour.
type peerRow struct{ table, key string }

// name is the address or interface of the neighbour, without its VRF.
func (p peerRow) name() string { return p.key[strings.LastIndex(p.key, "|")+1:] }

// peers are the neighbours of the candidate, table by table.
func (e *edit) peers() []peerRow {
	var list []peerRow
	for _, table := range []string{schema.TableBGPNeighbor, schema.TableBGPInternal} {
		for _, key := range slices.Sorted(slices.Values(e.c.Keys(table))) {
			list = append(list, peerRow{table, key})
		}
	}
	return list
}

// eachPeer does something with the neighbours that an address, a key with a VRF
// or an operator's name stands for.
func (e *edit) eachPeer(which string, do func(peerRow)) error {
	address := strings.ToLower(which) // as CONFIG_DB keeps IPv6
	found := matchingPeers(e.c, e.peers(), func(p peerRow, _ commit.Row) bool {
		return p.key == which || p.name() == which || p.name() == address
	})
	if len(found) == 0 {
		found = matchingPeers(e.c, e.peers(), func(_ peerRow, row commit.Row) bool {
			return row["name"] != "" && strings.EqualFold(row["name"], which)
		})
	}
	if len(found) == 0 {
		return e.failf("Could not locate neighbor '%s'", which)
	}
	for _, p := range found {
		do(p)
	}
	return nil
}

func matchingPeers(c *commit.Candidate, list []peerRow, is func(peerRow, commit.Row) bool) []peerRow {
	var found []peerRow
	for _, p := range list {
		if row, _ := c.Row(p.table, p.key); is(p, row) {
			found = append(found, p)
		}
	}
	return found
}
