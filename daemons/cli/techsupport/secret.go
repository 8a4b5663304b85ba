package techsupport

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

const masked = "********"

// secretFields are fields whose values open something.
var secretFields = []string{"passkey", "auth_password", "bind_password", "snmp_user_auth_password", "snmp_user_encryption_password", "password", "secret",
	"client_auth_key", "primary_cak", "fallback_cak"}

// mask hides the secrets of one row.
func mask(table, key string, fields map[string]string) (string, map[string]string) {
	for name := range fields {
		if slices.Contains(secretFields, strings.ToLower(name)) || table == "NTP_KEY" && name == "value" {
			fields[name] = masked
		}
	}
	if table == "SNMP_COMMUNITY" { // the community is the key
		return masked, fields
	}
	return key, fields
}

// secretText matches secrets in files: of JSON, and of the services' own formats.
var secretText = regexp.MustCompile(`(?i)("(?:` + strings.Join(secretFields, "|") + `)"\s*:\s*")[^"]*` + `|(\b(?:passkey|secret|password|rocommunity6?|rwcommunity6?)[ =]+)\S+`)

// maskText hides the secrets in a file's text.
func maskText(text []byte) []byte {
	if configuration, ok := maskConfiguration(text); ok {
		return configuration
	}
	return secretText.ReplaceAll(text, []byte("${1}${2}"+masked))
}

// maskConfiguration hides the secrets in a configuration, tables of rows in JSON.
func maskConfiguration(text []byte) ([]byte, bool) {
	var tables map[string]map[string]map[string]any
	if json.Unmarshal(text, &tables) != nil {
		return nil, false
	}
	for table, rows := range tables {
		kept := make(map[string]map[string]any, len(rows))
		for key, fields := range rows {
			plain := make(map[string]string, len(fields))
			for name := range fields {
				plain[name] = ""
			}
			key, plain = mask(table, key, plain)
			for name, value := range plain {
				if value == masked {
					fields[name] = masked
				}
			}
			kept[key] = fields
		}
		tables[table] = kept
	}
	masked, err := json.MarshalIndent(tables, "", "    ")
	return append(masked, '\n'), err == nil
}
