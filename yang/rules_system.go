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
		case needed && !slices.Contains(words, v):
			r.wrong(field, "%q is not one of %s, as SNMP_USER_TYPE %s needs", v, strings.Join(words, ", "), kind)
		case !needed && v != "":
			r.wrong(field, "must be empty when SNMP_USER_TYPE is %s", kind)
		}
	}
	if r.has("SNMP_USER_AUTH_TYPE") {
		oneOf("SNMP_USER_AUTH_TYPE", kind != "noAuthNoPriv", "MD5", "SHA", "HMAC-SHA-2")
	}
	if r.has("SNMP_USER_ENCRYPTION_TYPE") {
		oneOf("SNMP_USER_ENCRYPTION_TYPE", kind == "Priv", "DES", "AES")
	}
}

// thresholdRule: an alarm must rise above where it falls, and a share in
// percent ends at 100.
func thresholdRule(r *rowRule) {
	for _, field := range slices.Sorted(maps.Keys(r.row)) {
		resource, ok := strings.CutSuffix(field, "_high_threshold")
		if !ok {
			continue
		}
		high, ok1 := r.number(field)
		low, ok2 := r.number(resource + "_low_threshold")
		if ok1 && ok2 && high <= low {
			r.wrong(field, "%d is not more than %s_low_threshold %d", high, resource, low)
		}
		percent := strings.EqualFold(get(r.row, resource+"_threshold_type"), "percentage")
		if percent && (ok1 && high >= 100 || ok2 && low >= 100) {
			r.wrong(resource+"_threshold_type", "percentage needs thresholds below 100")
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
