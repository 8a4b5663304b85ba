package configure

import (
	"slices"
	"strconv"
	"strings"
)

// settings lists the commands that set one field, by topic.
func settings() []setting {
	return slices.Concat(aaaSettings(), bgpSettings(), evpnSettings(), passwordSettings(), techsupportSettings(), systemSettings())
}

func aaaSettings() []setting {
	words := []word{{"enable", "True"}, {"disable", "False"}, {"default", ""}}
	var out []setting
	for _, field := range []string{"debug", "failthrough", "fallback", "trace"} {
		out = append(out, setting{path: "aaa authentication " + field, short: "AAA " + field, table: "AAA", key: "authentication", field: field, words: words})
	}
	return out
}

func bgpSettings() []setting {
	enabled := onOff("enabled", "disabled", "true", "false")
	return []setting{
		{path: "bgp device-global tsa", short: "Traffic shift away", table: "BGP_DEVICE_GLOBAL", key: "STATE", field: "tsa_enabled", words: enabled},
		{path: "bgp device-global w-ecmp", short: "Weighted ECMP", table: "BGP_DEVICE_GLOBAL", key: "STATE", field: "wcmp_enabled", words: enabled},
	}
}

func evpnSettings() []setting {
	number := func(name, title, field string, high int) setting {
		return setting{
			path: "evpn-mh " + name, short: "EVPN multihoming " + title, table: "EVPN_MH_GLOBAL", key: "default", field: field,
			whole: bounds{0, high, "EVPN MH " + title + " %s is not valid. Valid values are 0-" + strconv.Itoa(high) + "."},
		}
	}
	return []setting{
		number("startup-delay", "Startup Delay", "startup_delay", 3600),
		number("mac-holdtime", "MAC Holdtime", "mac_holdtime", 86400),
		number("neigh-holdtime", "Neigh Holdtime", "neigh_holdtime", 86400),
	}
}

// passwordSettings leave the check of their values to the validation of the whole.
func passwordSettings() []setting {
	model := &modelled{module: "sonic-passwh", types: map[string]string{"expiration": "int16", "expiration_warning": "int8", "history_cnt": "uint8", "len_min": "uint8"}}
	var out []setting
	for _, p := range [][2]string{
		{"state", "state"}, {"expiration", "expiration"}, {"expiration-warning", "expiration_warning"}, {"history-cnt", "history_cnt"},
		{"len-min", "len_min"}, {"reject-user-passw-match", "reject_user_passw_match"}, {"lower-class", "lower_class"},
		{"upper-class", "upper_class"}, {"digits-class", "digits_class"}, {"special-class", "special_class"},
	} {
		out = append(out, setting{path: "passw-hardening policies " + p[0], short: "Password policy", table: "PASSW_HARDENING", key: "POLICIES", field: p[1], text: true, model: model})
	}
	return out
}

// techsupportSettings say when the switch makes a dump by itself.
func techsupportSettings() []setting {
	model := &modelled{module: "sonic-auto_techsupport", types: map[string]string{"rate_limit_interval": "uint16", "min_available_mem": "uint32"}}
	var out []setting
	for _, name := range []string{"state", "rate-limit-interval", "max-techsupport-limit", "max-core-limit", "available-mem-threshold", "min-available-mem", "since"} {
		out = append(out, setting{
			path: "auto-techsupport global " + name, short: "Dumps after a crash: " + name, table: "AUTO_TECHSUPPORT", key: "GLOBAL",
			field: strings.ReplaceAll(name, "-", "_"), text: true, model: model,
		})
	}
	return out
}

func systemSettings() []setting {
	timer := func(name, module string, high int) setting {
		return setting{
			path: "warm_restart " + name + "_timer", arg: "<seconds>", short: "Warm restart timer of " + name, table: "WARM_RESTART", key: module, field: name + "_timer",
			whole: bounds{1, high, name + " warm restart timer must be in range 1-" + strconv.Itoa(high)},
		}
	}
	return []setting{
		{
			path: "watermark telemetry interval", arg: "<interval>", short: "Configure watermark telemetry interval",
			table: "WATERMARK_TABLE", key: "TELEMETRY_INTERVAL", field: "interval", whole: bounds{low: 1, high: 1<<31 - 1},
		},
		timer("bgp", "bgp", 3600), timer("teamsyncd", "teamd", 3600), timer("neighsyncd", "swss", 9999),
		{path: "warm_restart bgp_eoiu", arg: "[<enable>]", unsaid: "true", short: "End of initial update", table: "WARM_RESTART", key: "bgp", field: "bgp_eoiu", words: onOff("true", "false", "true", "false")},
		{path: "serial_console inactivity-timeout", short: "Minutes until a session ends", table: "SERIAL_CONSOLE", key: "POLICIES", field: "inactivity_timeout", whole: bounds{0, 35000, ""}},
		{path: "serial_console sysrq-capabilities", short: "Magic SysRq", table: "SERIAL_CONSOLE", key: "POLICIES", field: "sysrq_capabilities", words: onOff("enabled", "disabled", "enabled", "disabled")},
		{path: "console heartbeat", arg: "<mode>", short: "Heartbeat of the console switch", table: "CONSOLE_SWITCH", key: "controlled_device", field: "enabled", words: onOff("enable", "disable", "yes", "no")},
		{path: "switch-hash global ecmp-hash-algorithm", short: "ECMP hash algorithm", table: "SWITCH_HASH", key: "GLOBAL", field: "ecmp_hash_algorithm", words: hashAlgorithms()},
		{path: "switch-hash global lag-hash-algorithm", short: "LAG hash algorithm", table: "SWITCH_HASH", key: "GLOBAL", field: "lag_hash_algorithm", words: hashAlgorithms()},
		{path: "suppress-fib-pending", arg: "<enabled|disabled>", short: "Advertise routes only once the ASIC has them", table: "DEVICE_METADATA", key: "localhost", field: "suppress-fib-pending", words: onOff("enabled", "disabled", "enabled", "disabled")},
		{path: "save-on-commit", arg: "<enabled|disabled>", short: "Save every change of the configuration for the next start", table: "CONFIG_COMMIT", key: "global", field: "save_on_commit", words: onOff("enabled", "disabled", "true", "false")},
		{path: "yang_config_validation", arg: "<yang_config_validation>", short: "Validation of SONiC's own tools", table: "DEVICE_METADATA", key: "localhost", field: "yang_config_validation", words: onOff("enable", "disable", "enable", "disable"), said: "Wrote %s yang config validation into CONFIG_DB"},
	}
}

func hashAlgorithms() []word {
	return same("CRC", "XOR", "RANDOM", "CRC_32LO", "CRC_32HI", "CRC_CCITT", "CRC_XOR")
}
