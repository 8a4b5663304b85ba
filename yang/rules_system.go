package yang

import (
	"maps"
	"slices"
	"strings"
)

func systemRules() []rule {
	return []rule{
		{"AAA", tacacsRule, []string{"TACPLUS", "TACPLUS_SERVER"}},
		{"DHCPV4_RELAY", linkSelectionRule, nil},
		{"DNS_OPTIONS", resolverRule, []string{"DNS_NAMESERVER"}},
		{"SYSLOG_SERVER", mgmtVRFRule, []string{"MGMT_VRF_CONFIG"}},
		{"NTP", mgmtVRFRule, []string{"MGMT_VRF_CONFIG"}},
		{"SFLOW_COLLECTOR", mgmtVRFRule, []string{"MGMT_VRF_CONFIG"}},
		{"GNMI", mgmtVRFRule, []string{"MGMT_VRF_CONFIG"}},
		{"TELEMETRY", mgmtVRFRule, []string{"MGMT_VRF_CONFIG"}},
		{"SNMP_AGENT_ADDRESS_CONFIG", agentAddressRule, []string{"SNMP_AGENT_ADDRESS_CONFIG"}},
		{"SNMP_USER", snmpUserRule, nil},
		{"CRM", thresholdRule, nil},
	}
}

// tacacsRule: without a passkey every login would fail.
func tacacsRule(r *rowRule) {
	if r.key != "authentication" || !slices.Contains(r.list("login"), "tacacs+") || get(r.config["TACPLUS"]["global"], "passkey") != "" {
		return
	}
	for _, server := range r.config["TACPLUS_SERVER"] {
		if get(server, "passkey") != "" {
			return
		}
	}
	r.needs("login", "tacacs+ needs a passkey in TACPLUS|global or TACPLUS_SERVER")
}

func mgmtVRFRule(r *rowRule) {
	if get(r.config["MGMT_VRF_CONFIG"]["vrf_global"], "mgmtVrfEnabled") == "true" {
		return
	}
	for _, field := range []string{"vrf", "collector_vrf"} {
		if get(r.row, field) == "mgmt" {
			r.needs(field, "mgmt needs mgmtVrfEnabled in MGMT_VRF_CONFIG|vrf_global")
		}
	}
}

// agentAddressRule: two sockets cannot have one address, whatever their VRF.
func agentAddressRule(r *rowRule) {
	for key := range r.config[r.table] {
		if key < r.key && strings.HasPrefix(key, r.part(0)+"|"+r.part(1)+"|") {
			r.wrong("", "%s has the same address and port", key)
			return
		}
	}
}

// snmpUserRule: authentication and encryption are set as the user's type says.
func snmpUserRule(r *rowRule) {
	kind := get(r.row, "SNMP_USER_TYPE")
	oneOf := func(field string, needed bool, words ...string) {
		v := get(r.row, field)
		switch {
		case needed && !r.has(field):
			r.wrong(field, "must be set to one of %s, as SNMP_USER_TYPE %s needs", strings.Join(words, ", "), kind)
		case needed && !slices.Contains(words, v):
			r.wrong(field, "%q is not one of %s, as SNMP_USER_TYPE %s needs", v, strings.Join(words, ", "), kind)
		case !needed && v != "":
			r.wrong(field, "must be empty when SNMP_USER_TYPE is %s", kind)
		}
	}
	oneOf("SNMP_USER_AUTH_TYPE", kind == "AuthNoPriv" || kind == "Priv", "MD5", "SHA", "HMAC-SHA-2")
	oneOf("SNMP_USER_ENCRYPTION_TYPE", kind == "Priv", "DES", "AES")
}

// thresholdRule: an alarm rises above where it falls, and a share in percent
// ends at 100.
func thresholdRule(r *rowRule) {
	for _, field := range slices.Sorted(maps.Keys(r.row)) {
		if resource, ok := strings.CutSuffix(field, "_high_threshold"); ok {
			r.risesAbove(field, resource+"_low_threshold")
		}
		resource, ok := strings.CutSuffix(field, "_threshold_type")
		if ok && strings.EqualFold(get(r.row, field), "percentage") {
			r.percentages(field, resource+"_low_threshold", resource+"_high_threshold")
		}
	}
}

func (r *rowRule) risesAbove(high, low string) {
	n, numeric := r.number(high)
	least, has := r.number(low)
	switch {
	case !r.has(low):
		r.needs(high, "needs %s, which it has to be above", low)
	case numeric && has && n <= least:
		r.wrong(high, "%d is not more than %s %d", n, low, least)
	}
}

// percentages wants thresholds to be there and to be shares.
func (r *rowRule) percentages(kind string, thresholds ...string) {
	for _, field := range thresholds {
		switch n, numeric := r.number(field); {
		case !r.has(field):
			r.needs(kind, "percentage needs %s", field)
		case numeric && n >= 100:
			r.wrong(kind, "percentage needs thresholds below 100, and %s is %d", field, n)
		}
	}
}

// linkSelectionRule: the relay answers from another link than the client's.
func linkSelectionRule(r *rowRule) {
	if get(r.row, "link_selection") == "enable" && !r.has("source_interface") {
		r.needs("link_selection", "needs source_interface")
	}
}

// resolverRule: options without a server resolve nothing.
func resolverRule(r *rowRule) {
	if len(r.config["DNS_NAMESERVER"]) == 0 {
		r.needs("", "needs a row in DNS_NAMESERVER")
	}
}
