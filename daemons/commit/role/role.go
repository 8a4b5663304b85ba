package role

import (
	"fmt"
	"slices"
)

// Role is what a person is on this switch.
type Role string

// The roles, from the one that may do all.
const (
	Admin    Role = "admin"
	NetAdmin Role = "netadmin"
	Operator Role = "operator"
	None     Role = "none"
)

// adminGroups make an admin: Heddle's own, and those by which Debian says that somebody may become root.
var adminGroups = []string{"admin", "sudo", "root"}

// Of gives the role of a person in these groups. Root that nobody is known to be behind of, such as a boot script, is an admin, and so is a person in none of
// the groups who became root: whoever let him relies on sudo's rules instead.
func Of(uid int, asRoot bool, groups []string) Role {
	in := func(name string) bool { return slices.Contains(groups, name) }
	switch {
	case uid == 0 || slices.ContainsFunc(adminGroups, in):
		return Admin
	case in(string(NetAdmin)):
		return NetAdmin
	case in(string(Operator)):
		return Operator
	case asRoot:
		return Admin
	}
	return None
}

// reserved are the tables that only an admin may change: who may log in and how, who may manage the switch, and what runs on it.
var reserved = []string{
	"AAA", "BANNER_MESSAGE", "FEATURE", "FIPS", "GNMI", "GNMI_CLIENT_CERT", "KDUMP", "KUBERNETES_MASTER", "LDAP", "LDAP_SERVER", "PASSW_HARDENING", "RADIUS",
	"RADIUS_SERVER", "RESTAPI", "SERIAL_CONSOLE", "SNMP_COMMUNITY", "SNMP_USER", "SSH_SERVER", "TACPLUS", "TACPLUS_SERVER", "TELEMETRY", "TELEMETRY_CLIENT",
}

// DeniedError says that a person may not make a change.
type DeniedError struct {
	User  string
	Role  Role
	Table string // that only an admin may change; "" where nothing may be changed
}

func (e *DeniedError) Error() string {
	switch {
	case e.Table != "":
		return fmt.Sprintf("permission denied: %s is %s, and %s is changed by admins only", e.User, e.Role, e.Table)
	case e.Role == None:
		return fmt.Sprintf("permission denied: %s is in none of the groups admin and netadmin, which change the configuration", e.User)
	}
	return fmt.Sprintf("permission denied: %s is %s, and the configuration is changed by admin and netadmin", e.User, e.Role)
}

// Permit says whether a person may change these tables; the error is a *DeniedError.
func (r Role) Permit(user string, tables []string) error {
	if r == Admin {
		return nil
	}
	if r != NetAdmin {
		return &DeniedError{User: user, Role: r}
	}
	for _, t := range tables {
		if slices.Contains(reserved, t) {
			return &DeniedError{User: user, Role: r, Table: t}
		}
	}
	return nil
}
