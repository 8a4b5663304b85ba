package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// New makes the whole command tree.
func New(s *session.Session) *cobra.Command {
	root := click.Group("config", "Configure the switch",
		newLoad(s),
		newReload(s),
		newSave(s),
		newHostname(s),
		newVLAN(s),
		newMAC(s),
		newNeighbour(s),
		newInterface(s),
		newSwitchport(s),
		newLoopback(s),
		newRoute(s),
		newPortChannel(s),
		newMirror(s),
		newVRF(s),
		newIPv6(s),
		newSubinterface(s),
		newDNS(s),
		newNTP(s),
		newBanner(s),
		newSNMPAgent(s),
		newSNMPTrap(s),
		newBMP(s),
		newSAG(s),
		newVLANAnycast(s, "sag"),
		newVLANProxyARP(s),
		newSTP(s),
		newPBH(s),
		newConsole(s),
		newMCLAG(s),
		newVNET(s),
		newSyslog(s),
		newSFlow(s),
		newSNMP(s),
		newECN(s),
		newVXLAN(s),
		newNAT(s),
		newKdump(s),
		newChassis(s),
		newLiquidCool(s),
		newLLR(s),
		newTrimming(s),
		newDropCounters(s),
		newRoutePattern(s),
		newFeature(s),
		newClock(s),
	)
	root.AddCommand(services(s)...)
	addCommits(s, root)
	addSnooping(s, root)
	newSettings(s, root, append(settings(), hostPolicies()...))
	addWarmRestart(s, root)
	newAAALogins(s, root)
	newAAAServers(s, root)
	newRows(s, root)
	newSwitchGlobals(s, root)
	subgroup(root, "bgp").AddCommand(append(newBGPSessions(s), newBGPAggregates(s), newRPKI(s))...)
	return root
}
