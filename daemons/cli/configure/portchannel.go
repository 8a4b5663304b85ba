package configure

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newPortChannel(s *session.Session) *cobra.Command {
	return oneASIC(click.Group("portchannel", "PortChannel-related configuration tasks",
		newPortChannelAdd(s), newPortChannelDel(s),
		click.Group("member", "PortChannel member related configuration tasks", newChannelMemberAdd(s), newChannelMemberDel(s)),
		click.Group("retry-count", "Number of LACP time-outs before a partner is given up", newRetryCount(s, "get"), newRetryCount(s, "set"))))
}

// The bounds of a port channel's name: PortChannel0 to PortChannel9999.
const (
	channelPrefix = "PortChannel"
	maxChannel    = 9999
	maxMinLinks   = 1024
	minRetries    = 3
	maxRetries    = 10
)

// checkChannel refuses a name that is none.
func checkChannel(cmd *cobra.Command, name string) error { return checkChannelName(cmd, name, "") }

// checkChannelName is checkChannel with more to say.
func checkChannelName(cmd *cobra.Command, name, more string) error {
	digits, ok := strings.CutPrefix(name, channelPrefix)
	if n, isNumber := atoi(digits); !ok || !isNumber || n > maxChannel || len(digits) > 4 {
		return click.Fail(cmd, "%s is invalid!, name should have prefix '%s' and suffix '<0-%d>'%s", name, channelPrefix, maxChannel, more)
	}
	return nil
}

func newPortChannelAdd(s *session.Session) *cobra.Command {
	minLinks := click.RangeFlag{Value: 1, Low: 1, High: maxMinLinks}
	fallback := click.ChoiceFlag{Value: "false", Choices: []string{"true", "false"}}
	fast := click.ChoiceFlag{Value: "false", Choices: []string{"true", "false"}, AnyCase: true}
	cmd := click.Command("add <portchannel_name>", "Add port channel", click.Args("<portchannel_name>"), func(cmd *cobra.Command, args []string) error {
		if err := checkChannelName(cmd, args[0], fmt.Sprintf(" and its length should not exceed %d characters", maxInterfaceName)); err != nil {
			return err
		}
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if c.Has(schema.TablePortChannel, args[0]) {
				return click.Fail(cmd, "%s already exists!", args[0])
			}
			row := commit.Row{"admin_status": "up", "mtu": "9100", "lacp_key": "auto", "fast_rate": fast.Value, "min_links": strconv.Itoa(minLinks.Value)}
			if fallback.Value != "false" {
				row["fallback"] = fallback.Value
			}
			c.Replace(schema.TablePortChannel, args[0], row)
			return nil
		})
	})
	cmd.Flags().Var(&minLinks, "min-links", "Least number of links that keep the port channel up")
	cmd.Flags().Var(&fallback, "fallback", "One member may carry traffic without LACP")
	cmd.Flags().Var(&fast, "fast-rate", "Send LACP every second")
	return cmd
}

func newPortChannelDel(s *session.Session) *cobra.Command {
	return click.Command("del <portchannel_name>", "Remove port channel", click.Args("<portchannel_name>"), func(cmd *cobra.Command, args []string) error {
		name := args[0]
		if err := checkChannel(cmd, name); err != nil {
			return err
		}
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if !c.Has(schema.TablePortChannel, name) {
				return click.Fail(cmd, "%s is not present.", name)
			}
			for vlan := range vlansOf(c, name) {
				return click.Fail(cmd, "%s has vlan %s configured, remove vlan membership to proceed", name, vlan)
			}
			for _, key := range c.Keys(schema.TablePortChannelMember) {
				if strings.HasPrefix(key, name+"|") {
					return click.Fail(cmd, "Error: Portchannel %s contains members. Remove members before deleting Portchannel!", name)
				}
			}
			if isRouterInterface(c, name) {
				return click.Fail(cmd, "%s is a router interface. Remove its addresses first", name)
			}
			c.Delete(schema.TablePortChannel, name)
			return nil
		})
	})
}

func newChannelMemberAdd(s *session.Session) *cobra.Command {
	return newChannelMember(s, "add", "Add member to port channel", func(cmd *cobra.Command, c *commit.Candidate, channel, port string) error {
		if mirrorSessionTo(c, port) != "" {
			return click.Fail(cmd, "%s is configured as mirror destination port", port)
		}
		if !c.Has(schema.TablePort, port) {
			return click.Fail(cmd, "Interface name is invalid. Please enter a valid interface name!!")
		}
		if err := presentChannelNamed(cmd, c, channel); err != nil {
			return err
		}
		if err := mayAggregate(cmd, c, channel, port); err != nil {
			return err
		}
		c.Replace(schema.TablePortChannelMember, channel+"|"+port, commit.Row{})
		return nil
	})
}

func newChannelMemberDel(s *session.Session) *cobra.Command {
	return newChannelMember(s, "del", "Remove member from portchannel", func(cmd *cobra.Command, c *commit.Candidate, channel, port string) error {
		if err := checkChannel(cmd, channel); err != nil {
			return err
		}
		if !exists(c, port) {
			return click.Fail(cmd, "Interface name is invalid. Please enter a valid interface name!!")
		}
		if err := presentChannelNamed(cmd, c, channel); err != nil {
			return err
		}
		if !c.Has(schema.TablePortChannelMember, channel+"|"+port) {
			return click.Fail(cmd, "%s is not a member of portchannel %s", port, channel)
		}
		c.Delete(schema.TablePortChannelMember, channel+"|"+port)
		return nil
	})
}

func presentChannelNamed(cmd *cobra.Command, c *commit.Candidate, channel string) error {
	if err := checkChannel(cmd, channel); err != nil {
		return err
	}
	if !c.Has(schema.TablePortChannel, channel) {
		return click.Fail(cmd, "%s is not present.", channel)
	}
	return nil
}

func newChannelMember(s *session.Session, name, short string, edit func(cmd *cobra.Command, c *commit.Candidate, channel, port string) error) *cobra.Command {
	return click.Command(name+" <portchannel_name> <port_name>", short, click.Args("<portchannel_name>", "<port_name>"), func(cmd *cobra.Command, args []string) error {
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			port, err := portNamed(s, cmd, c, args[1])
			if err != nil {
				return err
			}
			return edit(cmd, c, args[0], port)
		})
	})
}

// newRetryCount makes `config portchannel retry-count get|set`. SONiC's LACP can
// give a partner that restarts more time than the three intervals of IEEE
// 802.1AX 6.4.4, if both ends speak its extension; lacpd keeps to the standard.
func newRetryCount(s *session.Session, verb string) *cobra.Command {
	names := []string{"<portchannel_name>"}
	if verb == "set" {
		names = append(names, "<retry_count>")
	}
	return click.Command(verb+" "+strings.Join(names, " "), verb+" the retry count", click.Args(names...), func(cmd *cobra.Command, args []string) error {
		if err := checkChannel(cmd, args[0]); err != nil {
			return err
		}
		if verb == "set" {
			if _, err := click.IntRange(cmd, names[1], args[1], minRetries, maxRetries); err != nil {
				return err
			}
		}
		running, err := s.Running(cmd.Context())
		if err != nil {
			return err
		}
		if _, ok := running[schema.TablePortChannel][args[0]]; !ok {
			return click.Fail(cmd, "%s is not present.", args[0])
		}
		return click.Fail(cmd, "Retry count feature is not enabled!")
	})
}
