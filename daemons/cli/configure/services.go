package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// services are the commands of what a switch does beside forwarding.
func services(s *session.Session) []*cobra.Command {
	return append(newAbsent(s),
		newDHCPRelay(s),
		newDHCPv4Relay(s),
		newDHCPServer(s),
		newFabric(s),
		newPFCWatchdog(s),
		newBuffers(s),
		newMMU(s),
		newQoS(s),
		newClassForwarding(s),
		newMux(s),
		newKubernetes(s),
		newACL(s),
	)
}
