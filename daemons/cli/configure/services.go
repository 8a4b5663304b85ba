package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// services are the commands of what a switch does beside forwarding.
func services(s *session.Session) []*cobra.Command {
	return []*cobra.Command{
		newDHCPRelay(s),
		newDHCPv4Relay(s),
		newDHCPServer(s),
	}
}
