package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newHostname(s *session.Session) *cobra.Command {
	return click.Command("hostname <new_hostname>", "Change device hostname without impacting the traffic.", click.Args("<new_hostname>"),
		func(cmd *cobra.Command, args []string) error {
			err := s.Change(cmd.Context(), func(c *commit.Candidate) error {
				c.SetField(schema.TableDeviceMetadata, schema.KeyLocalhost, "hostname", args[0])
				return nil
			})
			if err == nil {
				s.Printf("Please note loaded setting will be lost after system reboot. To preserve setting, run `config save`.\n")
			}
			return err
		})
}
