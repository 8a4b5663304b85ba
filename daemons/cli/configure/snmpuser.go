package configure

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// Exit codes of `snmp user add`, by which SONiC's scripts tell what was refused.
const (
	badUserName = iota + 1
	badUserType
	badUserPermission
	needlessAuth
	missingAuth
	badAuth
	missingAuthPassword
	badAuthPassword
	needlessEncryption
	missingEncryption
	badEncryption
	missingEncryptionPassword
	badEncryptionPassword
	knownUser
)

// The security levels (RFC 3411 section 3.4.3) as they are stored.
const (
	noAuthNoPriv = "noAuthNoPriv"
	authNoPriv   = "AuthNoPriv"
	authPriv     = "Priv"
)

func newSNMPUser(s *session.Session) *cobra.Command {
	return click.Group("user", "Users",
		newEdit(s, "add <snmp_user> <noAuthNoPriv|AuthNoPriv|Priv> <RO|RW> [<MD5|SHA|HMAC-SHA-2>] [<auth_password>] [<DES|AES>] [<encrypt_password>]", "Add snmp user", addSNMPUser),
		newEdit(s, "del <snmp_user>", "Delete snmp user", func(e *edit) error {
			if !e.c.Has(tableSNMPUser, e.args[0]) {
				return quitf(1, "SNMP user %s is not configured", e.args[0])
			}
			e.c.Delete(tableSNMPUser, e.args[0])
			e.tellf("SNMP user %s removed from configuration", e.args[0])
			return nil
		}))
}

func addSNMPUser(e *edit) error {
	user := e.args[0]
	if err := snmpUserName(user); err != nil {
		return err
	}
	level, ok := map[string]string{"noauthnopriv": noAuthNoPriv, "authnopriv": authNoPriv, "priv": authPriv}[strings.ToLower(e.args[1])]
	if !ok {
		return quitf(badUserType, "Invalid user type.  Must be one of these one of these three 'noauthnopriv' or 'authnopriv' or 'priv'")
	}
	permission, err := communityType(e.args[2], badUserPermission)
	if err != nil {
		return err
	}
	auth, encryption := strings.ToUpper(e.arg(3)), strings.ToUpper(e.arg(5))
	if err := snmpSecurity(e, level, auth, encryption); err != nil {
		return err
	}
	if e.c.Has(tableSNMPUser, user) {
		return quitf(knownUser, "SNMP user %s is already configured", user)
	}
	e.c.Replace(tableSNMPUser, user, commit.Row{
		"SNMP_USER_TYPE": level, "SNMP_USER_PERMISSION": permission,
		"SNMP_USER_AUTH_TYPE": auth, "SNMP_USER_AUTH_PASSWORD": e.arg(4),
		"SNMP_USER_ENCRYPTION_TYPE": encryption, "SNMP_USER_ENCRYPTION_PASSWORD": e.arg(6),
	})
	e.tellf("SNMP user %s added to configuration", user)
	return nil
}

func snmpUserName(user string) error {
	rules := "SNMP user " + user + " length should be not be greater than 32 characters\n" +
		"SNMP community string should not have any of these special symbols " + shownRefused + "\n"
	if len(user) > maxSNMPName {
		return quitf(badUserName, "%sFAILED: SNMP user %s length should not be greater than 32 characters", rules, user)
	}
	if strings.ContainsAny(user, refusedInSNMP) {
		return quitf(badUserName, "%sFAILED: SNMP user %s should not have any of these special symbols %s", rules, user, shownRefused)
	}
	return nil
}

// snmpSecurity checks that there is what the level needs and nothing more.
func snmpSecurity(e *edit, level, auth, encryption string) error {
	if level == noAuthNoPriv {
		if auth != "" {
			return quitf(needlessAuth, "User auth type not used with 'noAuthNoPriv'.  Please use 'AuthNoPriv' or 'Priv' instead")
		}
		return nil
	}
	switch auth {
	case "":
		return quitf(missingAuth, "User auth type is missing.  Must be MD5, SHA, or HMAC-SHA-2")
	case "MD5", "SHA", "HMAC-SHA-2":
	default:
		return quitf(badAuth, "Invalid user authentication type. Must be one of these 'MD5', 'SHA', or 'HMAC-SHA-2'")
	}
	if e.arg(4) == "" {
		return quitf(missingAuthPassword, "User auth password is missing")
	}
	if err := snmpSecret(e.arg(4), badAuthPassword); err != nil {
		return err
	}
	if level == authNoPriv {
		if encryption != "" {
			return quitf(needlessEncryption, "User encrypt type not used with 'AuthNoPriv'.  Please use 'Priv' instead")
		}
		return nil
	}
	return snmpPrivacy(e, encryption)
}

func snmpPrivacy(e *edit, encryption string) error {
	switch encryption {
	case "":
		return quitf(missingEncryption, "User encrypt type is missing.  Must be DES or AES")
	case "DES", "AES":
	default:
		return quitf(badEncryption, "Invalid user encryption type.  Must be one of these two 'DES' or 'AES'")
	}
	if e.arg(6) == "" {
		return quitf(missingEncryptionPassword, "User encrypt password is missing")
	}
	return snmpSecret(e.arg(6), badEncryptionPassword)
}

func snmpSecret(secret string, code int) error {
	const tooShort = "SNMP user password length should be at least 8 characters"
	const tooLong = "SNMP user password length should be not be greater than 64"
	const special = "SNMP user password should not have any of these special symbols " + shownRefused
	why := ""
	switch {
	case len(secret) < minSNMPSecret:
		why = tooShort
	case len(secret) > maxSNMPSecret:
		why = tooLong
	case strings.ContainsAny(secret, refusedInSNMP):
		why = special
	default:
		return nil
	}
	return quitf(code, "%s\n%s\n%s\nFAILED: %s", tooShort, tooLong, special, why)
}
