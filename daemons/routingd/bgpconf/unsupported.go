package bgpconf

import (
	"fmt"
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

// flags are fields of BGP_GLOBALS that have no effect when they are true; what they ask for when they are not is what the switch does.
var flags = []string{
	"as_path_mp_as_set", "compare_confed_as_path", "deterministic_med", "max_med_admin", "med_confed", "med_missing_as_worst",
	"network_import_check", "rr_allow_out_policy", "disable_ebgp_connected_rt_check",
}

// numbers are fields of BGP_GLOBALS that have no effect.
var numbers = []string{
	"coalesce_time", "default_subgroup_pkt_queue_max", "establish_wait", "max_delay", "max_med_time", "max_med_val", "max_med_admin_val", "read_quanta",
	"route_map_process_delay", "write_quanta",
}

// unsupportedGlobals notes what a VRF cannot have.
func (r *resolver) unsupportedGlobals(k keyed[schema.BGPGlobals]) {
	table, row := schema.TableBGPGlobals, k.row
	for _, f := range flags {
		if row.Unknown[f] == "true" {
			r.warn(table, k.name, f, "true", errUnsupported)
		}
	}
	for _, f := range numbers {
		if value := row.Unknown[f]; value != "" {
			r.warn(table, k.name, f, value, errUnsupported)
		}
	}
	for _, f := range []string{"rr_clnt_to_clnt_reflection", "fast_external_failover"} {
		if row.Unknown[f] == "false" {
			r.warn(table, k.name, f, "false", fmt.Errorf("%w: always true", errUnsupported))
		}
	}
	if !or(row.MultipathRelax, true) {
		r.warn(table, k.name, "load_balance_mp_relax", "false", fmt.Errorf("%w: paths of equal length share the traffic, whatever AS they go through", errUnsupported))
	}
	if p := row.DefaultLocalPref; p != nil && *p == 0 {
		r.warn(table, k.name, "default_local_preference", "0", fmt.Errorf("%w: 100 is used", errUnsupported))
	}
}

// unsupportedGlobalsAF notes what an address family of a VRF cannot have.
func (r *resolver) unsupportedGlobalsAF(k keyed[schema.BGPGlobalsAF]) {
	table := schema.TableBGPGlobalsAF
	if d := k.row.LocalDistance; d != nil {
		r.warn(table, k.name, "local_route_distance", fmt.Sprint(*d), fmt.Errorf("%w: networks and aggregates of the switch make no routes", errUnsupported))
	}
	for _, f := range slices.Sorted(maps.Keys(k.row.Unknown)) {
		switch value := k.row.Unknown[f]; f {
		case "route_flap_dampen", "ibgp_equal_cluster_length", "advertise-all-vni", "advertise-svi-ip":
			if value == "true" {
				r.warn(table, k.name, f, value, errUnsupported)
			}
		case "route_download_filter", "import_vrf", "import_vrf_route_map", "autort":
			if value != "" {
				r.warn(table, k.name, f, value, errUnsupported)
			}
		}
	}
}
