package display

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// addServices makes the commands of what a switch does beside forwarding.
func addServices(s *session.Session, root *cobra.Command) {
	addNAT(s, root)
	addDHCPServer(s, root)
	addDHCPRelay(s, root)
}

// addClearServices makes those of `sonic-clear`.
func addClearServices(s *session.Session, root *cobra.Command) {
	root.AddCommand(newClearNAT(s), newClearDHCPRelay(s))
}
