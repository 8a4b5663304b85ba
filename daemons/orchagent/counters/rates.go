package counters

import (
	_ "embed" // the script
	"fmt"
	"strings"
)

// rateScript runs inside Redis after each poll, as SONiC's syncd runs it too.
//
//go:embed rates.lua
var rateScript string

// Smoothing of rates, unless the operator sets other values in RATES:<family>:
// an average over ten polls, alpha = 2 / (polls + 1).
const (
	defaultSmoothing = "10"
	defaultAlpha     = "0.18"
)

// family is a kind of objects that have rates.
type family struct {
	name    string // in RATES:<name> and <name>_ALPHA
	plugins string // field of the group that lists its scripts
	rates   string // key of FLEX_COUNTER_TABLE that turns rates off
	// What is added up for each rate.
	rxBytes, rxPackets, txBytes, txPackets []string
}

func families() map[string]family {
	const port, rif = "SAI_PORT_STAT_IF_", "SAI_ROUTER_INTERFACE_STAT_"
	return map[string]family{
		"PORT": {
			name: "PORT", plugins: "PORT_PLUGIN_LIST", rates: "PORT_RATES",
			rxBytes: []string{port + "IN_OCTETS"}, rxPackets: []string{port + "IN_UCAST_PKTS", port + "IN_NON_UCAST_PKTS"},
			txBytes: []string{port + "OUT_OCTETS"}, txPackets: []string{port + "OUT_UCAST_PKTS", port + "OUT_NON_UCAST_PKTS"},
		},
		"RIF": {
			name: "RIF", plugins: "RIF_PLUGIN_LIST", rates: "RIF_RATES",
			rxBytes: []string{rif + "IN_OCTETS"}, rxPackets: []string{rif + "IN_PACKETS"},
			txBytes: []string{rif + "OUT_OCTETS"}, txPackets: []string{rif + "OUT_PACKETS"},
		},
	}
}

// script gives the family's script: what it counts, then what all do.
func (f family) script() string {
	var b strings.Builder
	fmt.Fprintf(&b, "local family = %q\n", f.name)
	fmt.Fprintf(&b, "local rates = {RX_BPS = %s, RX_PPS = %s, TX_BPS = %s, TX_PPS = %s}\n",
		luaList(f.rxBytes), luaList(f.rxPackets), luaList(f.txBytes), luaList(f.txPackets))
	return b.String() + rateScript
}

func luaList(names []string) string { return `{"` + strings.Join(names, `", "`) + `"}` }
