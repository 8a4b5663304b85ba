package configure

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newLoopback(s *session.Session) *cobra.Command {
	return ownSocket(click.Group("loopback", "Loopback-related configuration tasks", newLoopbackAdd(s), newLoopbackDel(s)))
}

// maxLoopback is the largest number of a loopback interface.
const maxLoopback = 999

// checkLoopback refuses a name that is not Loopback0 to Loopback999. SONiC has more to say where one is made.
func checkLoopback(cmd *cobra.Command, name, more string) error {
	digits, ok := strings.CutPrefix(name, "Loopback")
	if n, isNumber := atoi(digits); !ok || !isNumber || n > maxLoopback {
		return click.Fail(cmd, "%s is invalid, name should have prefix 'Loopback' and suffix '<0-999>' %s", name, more)
	}
	return nil
}

func newLoopbackAdd(s *session.Session) *cobra.Command {
	return click.Command("add <loopback_name>", "Add loopback interface", click.Args("<loopback_name>"),
		func(cmd *cobra.Command, args []string) error {
			if err := checkLoopback(cmd, args[0], fmt.Sprintf("and should not exceed %d characters", maxInterfaceName)); err != nil {
				return err
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				if c.Has(schema.TableLoopbackInterface, args[0]) {
					return click.Fail(cmd, "%s already exists", args[0])
				}
				c.Replace(schema.TableLoopbackInterface, args[0], commit.Row{})
				return nil
			})
		})
}

func newLoopbackDel(s *session.Session) *cobra.Command {
	return click.Command("del <loopback_name>", "Delete loopback interface", click.Args("<loopback_name>"),
		func(cmd *cobra.Command, args []string) error {
			if err := checkLoopback(cmd, args[0], ""); err != nil {
				return err
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				if !c.Has(schema.TableLoopbackInterface, args[0]) {
					return click.Fail(cmd, "%s does not exist", args[0])
				}
				for _, prefix := range addressesOf(c, schema.TableLoopbackInterface, args[0]) {
					c.Delete(schema.TableLoopbackInterface, args[0]+"|"+prefix)
				}
				c.Delete(schema.TableLoopbackInterface, args[0])
				return nil
			})
		})
}
