package configure

// hostPolicies are commands for tables of the host that the validation of the whole judges: SONiC generates theirs from the model.
func hostPolicies() []setting {
	var out []setting
	for _, t := range []struct {
		path, table, key string
		fields           [][2]string // word and field
	}{
		{"ldap global", "LDAP", "global", [][2]string{
			{"bind-dn", "bind_dn"}, {"bind-password", "bind_password"}, {"bind-timeout", "bind_timeout"}, {"version", "version"}, {"base-dn", "base_dn"},
			{"port", "port"}, {"timeout", "timeout"},
		}},
		{"ssh-server policies", "SSH_SERVER", "POLICIES", [][2]string{
			{"authentication-retries", "authentication_retries"}, {"login-timeout", "login_timeout"}, {"ports", "ports"}, {"inactivity-timeout", "inactivity_timeout"},
			{"max-sessions", "max_sessions"}, {"permit-root-login", "permit_root_login"}, {"password-authentication", "password_authentication"},
			{"ciphers", "ciphers@"}, {"kex-algorithms", "kex_algorithms@"}, {"macs", "macs@"},
		}},
		{"dns options global", "DNS_OPTIONS", "GLOBAL", [][2]string{{"search", "search@"}, {"ndots", "ndots"}, {"timeout", "timeout"}, {"attempts", "attempts"}}},
		{"ntp global", "NTP", "global", [][2]string{
			{"admin-state", "admin_state"}, {"authentication", "authentication"}, {"dhcp", "dhcp"}, {"server-role", "server_role"}, {"src-intf", "src_intf@"}, {"vrf", "vrf"},
		}},
	} {
		for _, f := range t.fields {
			out = append(out, setting{path: t.path + " " + f[0], short: "Set " + f[0], table: t.table, key: t.key, field: f[1], text: true})
		}
	}
	return out
}
