package display

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// New makes the whole command tree.
func New(s *session.Session) *cobra.Command {
	root := click.Group("show", "SONiC-compatible show commands of Heddle",
		newInterfaces(s),
		newVLAN(s),
		newMAC(s),
		newARP(s),
		newNDP(s),
		click.Group("ip", "Show IP (IPv4) commands", newIPInterfaces(s, false), newIPRoute(s, false), newProtocol(s, "Show IPv4 protocol information")),
		click.Group("ipv6", "Show IPv6 commands", newIPInterfaces(s, true), newIPRoute(s, true),
			newProtocol(s, "Show IPv6 protocol information"), newLinkLocalMode(s)),
		newVRF(s),
		newRunning(s),
		newStartup(s),
		newHistory(s),
		newConfiguration(s),
		newVersion(s),
		newAAA(s),
		click.Group("bgp", "Show BGP information", newBGPDeviceGlobal(s)),
	)
	newListings(s, root, listings())
	addWatermarks(s, root)
	addQueues(s, root)
	addVXLAN(s, root)
	addVNET(s, root)
	addSystem(s, root)
	addPortStates(s, root)
	addPHY(s, root)
	addTransceivers(s, root)
	addPBH(s, root)
	addSwitchHash(s, root)
	addFineGrained(s, root)
	addLLR(s, root)
	addICMP(s, root)
	addPortChannels(s, root)
	addSubinterfaces(s, root)
	addSpanningTree(s, root)
	addSnooping(s, root)
	addFlowCounters(s, root)
	addDropCounters(s, root)
	addPFCCounters(s, root)
	addPFCConfig(s, root)
	addGearbox(s, root)
	addFeatures(s, root)
	addStormControl(s, root)
	addAnycast(s, root)
	root.AddCommand(newSFlow(s))
	addProfiles(s, root)
	addACL(s, root)
	addWarmRestart(s, root)
	addHost(s, root)
	addHostServices(s, root)
	addConfigErrors(s, root)
	addBMP(s, root)
	addBGP(s, root)
	addRPKI(s, root)
	addManagement(s, root)
	root.AddCommand(newTechSupport(s))
	addServices(s, root)
	return root
}
