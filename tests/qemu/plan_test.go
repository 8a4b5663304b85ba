package qemu_test

import (
	"os"
	"strings"
)

// program is a package whose tests run in the guest.
type program struct {
	folder  string // in the module
	run     string // which tests, as -test.run takes it; empty for all
	env     []string
	seconds int
}

// programs are run one after the other in one machine. What the host's kernel can do as well is tested there; here are the tests that
// need more, and a few that show that all of the switch works on this kernel. HEDDLE_QEMU_ONLY=folder:tests asks for others.
func programs() []program {
	if only := os.Getenv("HEDDLE_QEMU_ONLY"); only != "" {
		folder, run, _ := strings.Cut(only, ":")
		return []program{{folder: folder, run: run, env: []string{"HEDDLE_E2E=1", "HEDDLE_E2E_LOGS=1"}, seconds: 450}}
	}
	return []program{
		{folder: "daemons/cfgmgrd", run: "^(TestKernel|TestManagement)", seconds: 60},
		{folder: "daemons/netsyncd", run: "^TestKernelVRF$", seconds: 40},
		{folder: "daemons/routingd", run: "^TestKernelVRF$", seconds: 40},
		{folder: "daemons/vlandev", seconds: 40},
		{folder: "tests/e2e/interop", run: "^TestVRF$", env: []string{"HEDDLE_E2E=1"}, seconds: 150},
		{folder: "hal/softasic/dataplane", run: "^(TestJumbo|TestFromCPU|TestSyncRemovesTheRest|TestGenericFallback)", seconds: 300},
		{folder: "tests/e2e", run: "^TestKernel$", env: []string{"HEDDLE_E2E=1"}, seconds: 500},
	}
}

// modules are those that tests need: the guest has no modprobe that the kernel could call.
func modules() []string {
	return []string{"veth", "tun", "dummy", "bonding", "8021q", "vrf", "bridge", "cls_bpf", "sch_ingress", "act_gact", "af_packet"}
}
