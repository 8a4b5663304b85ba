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
	addPlatform(s, root)
	addLLDP(s, root)
	addGearboxPorts(s, root)
	addSwitch(s, root)
	addFabric(s, root)
	addCoPP(s, root)
	addFRR(s, root)
	addKdump(s, root)
	addProcesses(s, root)
	addHealth(s, root)
	addConsole(s, root)
	addMux(s, root)
	addTables(s, root)
	addPFCWatchdog(s, root)
	addFIB(s, root)
	addSRv6(s, root)
}

// addClearServices makes those of `sonic-clear`.
func addClearServices(s *session.Session, root *cobra.Command) {
	root.AddCommand(newClearNAT(s), newClearDHCPRelay(s), newClearLine(s))
	for _, c := range []clearing{
		{path: "asic-sdk-health-event", short: "Clear received ASIC/SDK health events", run: clearHealthEvents},
		{path: "switchcounters", short: "Clear switch counters", run: clearSwitch},
		{path: "srv6counters", short: "Clear SRv6 MySID counter statistics", run: clearSIDCounts, spaced: true},
		{path: "fabriccountersport", short: "Clear fabric port counters", run: clearFabric(fabricPortMap, savedFabric, "port"), spaced: true},
		{path: "fabriccountersqueue", short: "Clear fabric queue counters", run: clearFabric(fabricQueueMap, savedFabricQ, "queue"), spaced: true},
		{path: "icmp counters", short: "Clear counters of icmp echo sessions", run: clearICMP},
		{path: "llr counters interface", short: "Clear LLR counters of a port", run: clearLLR, arg: "interface-name"},
	} {
		c.add(s, root)
	}
}
