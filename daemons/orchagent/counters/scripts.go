package counters

import (
	_ "embed" // the scripts
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// These run inside Redis after each poll, as SONiC's syncd runs them too.
var (
	//go:embed rates.lua
	rateScript string
	//go:embed fec.lua
	fecScript string
	//go:embed drops.lua
	dropScript string
	//go:embed queue.lua
	queueScript string
	//go:embed watermarks.lua
	watermarkScript string
)

// Smoothing of rates, unless the operator sets other values in RATES:<family>:
// an average over ten polls, alpha = 2 / (polls + 1).
const (
	defaultSmoothing = "10"
	defaultAlpha     = "0.18"
)

// script is what becomes of the counters of a kind once they are polled: rates,
// watermarks, or alerts of drops.
type script struct {
	plugins string // field of the group that lists its scripts
	// Of rates:
	name   string              // in RATES:<name> and <name>_ALPHA
	off    string              // key of FLEX_COUNTER_TABLE that turns rates off, if there is one
	rates  map[string][]string // what is added up for each; a counter stands in one of them
	finish string              // Lua that makes more of them
	// Of watermarks: what is kept.
	stats []string
	// Of others: the Lua.
	whole string
}

// scripts are by kind, as FLEX_COUNTER_TABLE names it.
func scripts() map[string]script {
	const port, rif, flow = "SAI_PORT_STAT_IF_", "SAI_ROUTER_INTERFACE_STAT_", "SAI_COUNTER_STAT_"
	const queue, group, pool = "SAI_QUEUE_STAT_", "SAI_INGRESS_PRIORITY_GROUP_STAT_", "SAI_BUFFER_POOL_STAT_"
	return map[string]script{
		"PORT": {name: "PORT", plugins: "PORT_PLUGIN_LIST", off: "PORT_RATES", finish: fecScript, rates: map[string][]string{
			"RX_BPS": {port + "IN_OCTETS"}, "RX_PPS": {port + "IN_UCAST_PKTS", port + "IN_NON_UCAST_PKTS"},
			"TX_BPS": {port + "OUT_OCTETS"}, "TX_PPS": {port + "OUT_UCAST_PKTS", port + "OUT_NON_UCAST_PKTS"},
		}},
		"RIF": {name: "RIF", plugins: "RIF_PLUGIN_LIST", off: "RIF_RATES", rates: map[string][]string{
			"RX_BPS": {rif + "IN_OCTETS"}, "RX_PPS": {rif + "IN_PACKETS"},
			"TX_BPS": {rif + "OUT_OCTETS"}, "TX_PPS": {rif + "OUT_PACKETS"},
		}},
		"FLOW_CNT_TRAP": {name: "TRAP", plugins: "FLOW_COUNTER_PLUGIN_LIST", off: "TRAP_RATES", rates: map[string][]string{
			"RX_PPS": {flow + "PACKETS"}, "RX_BPS": {flow + "BYTES"},
		}},
		"QUEUE": {name: "QUEUE", plugins: "QUEUE_PLUGIN_LIST", finish: queueScript, rates: map[string][]string{
			"Q_PPS": {queue + "PACKETS"}, "Q_BPS": {queue + "BYTES"},
		}},
		"DEBUG_COUNTER":         {plugins: "PORT_PLUGIN_LIST", whole: dropScript},
		"QUEUE_WATERMARK":       {plugins: "QUEUE_PLUGIN_LIST", stats: []string{queue + "SHARED_WATERMARK_BYTES"}},
		"PG_WATERMARK":          {plugins: "PG_PLUGIN_LIST", stats: []string{group + "XOFF_ROOM_WATERMARK_BYTES", group + "SHARED_WATERMARK_BYTES"}},
		"BUFFER_POOL_WATERMARK": {plugins: "BUFFER_POOL_PLUGIN_LIST", stats: []string{pool + "WATERMARK_BYTES", pool + "XOFF_ROOM_WATERMARK_BYTES"}},
	}
}

// text gives the script: what it is about, then what all do.
func (s script) text() string {
	if s.whole != "" {
		return fmt.Sprintf("local config_db = %d\n%s", statedb.ConfigDB, s.whole)
	}
	if s.rates == nil {
		return "local stats = " + luaList(s.stats) + "\n" + watermarkScript
	}
	var b strings.Builder
	fmt.Fprintf(&b, "local family = %q\nlocal rates = {", s.name)
	for i, rate := range slices.Sorted(maps.Keys(s.rates)) {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s = %s", rate, luaList(s.rates[rate]))
	}
	b.WriteString("}\n")
	fmt.Fprintf(&b, "local appl_db = %d\nlocal finish\n", statedb.ApplDB)
	return b.String() + s.finish + rateScript
}

func luaList(names []string) string { return `{"` + strings.Join(names, `", "`) + `"}` }
