package configure

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableSNMP          = "SNMP"
	tableSNMPCommunity = "SNMP_COMMUNITY"
	tableSNMPUser      = "SNMP_USER"
	maxSNMPName        = 32
	minSNMPSecret      = 8
	maxSNMPSecret      = 64
	// What may not be in a name or secret, as it is shown.
	refusedInSNMP = "@:"
	shownRefused  = "['@', ':']"
)

// newSNMP makes `config snmp`. Scripts tell refusals by their exit codes.
func newSNMP(s *session.Session) *cobra.Command {
	return click.Group("snmp", "SNMP configuration tasks",
		click.Group("community", "Communities",
			newEdit(s, "add <snmp_community> <RO|RW>", "Add snmp community string", addCommunity),
			newEdit(s, "del <snmp_community>", "Delete snmp community string", delCommunity),
			newEdit(s, "replace <current_community_str> <new_community_str>", "Replace snmp community string", replaceCommunity)),
		click.Group("location", "Location of the switch",
			newEdit(s, "add <location>...", "Add snmp location", addLocation),
			newEdit(s, "del <location>...", "Delete snmp location", delLocation),
			newEdit(s, "modify <location>...", "Modify snmp location", modifyLocation)),
		newSNMPContact(s),
		newSNMPUser(s))
}

// communityType reads RO or RW.
func communityType(said string, code int) (string, error) {
	said = strings.ToUpper(said)
	if said != "RO" && said != "RW" {
		return "", quitf(code, "Invalid community type.  Must be either RO or RW")
	}
	return said, nil
}

func communitySecret(name string, code int) error {
	rules := "SNMP community string length should be not be greater than 32\n" +
		"SNMP community string should not have any of these special symbols " + shownRefused + "\n"
	if len(name) > maxSNMPName {
		return quitf(code, "%sFAILED: SNMP community string length should be not be greater than 32", rules)
	}
	if strings.ContainsAny(name, refusedInSNMP) {
		return quitf(code, "%sFAILED: SNMP community string should not have any of these special symbols %s", rules, shownRefused)
	}
	return nil
}

func addCommunity(e *edit) error {
	kind, err := communityType(e.args[1], 1)
	if err != nil {
		return err
	}
	if err := communitySecret(e.args[0], 2); err != nil {
		return err
	}
	if e.c.Has(tableSNMPCommunity, e.args[0]) {
		return quitf(3, "SNMP community %s is already configured", e.args[0])
	}
	e.c.Replace(tableSNMPCommunity, e.args[0], commit.Row{"TYPE": kind})
	e.tellf("SNMP community %s added to configuration", e.args[0])
	return nil
}

func delCommunity(e *edit) error {
	if !e.c.Has(tableSNMPCommunity, e.args[0]) {
		return quitf(1, "SNMP community %s is not configured", e.args[0])
	}
	e.c.Delete(tableSNMPCommunity, e.args[0])
	e.tellf("SNMP community %s removed from configuration", e.args[0])
	return nil
}

func replaceCommunity(e *edit) error {
	from, to := e.args[0], e.args[1]
	row, ok := e.c.Row(tableSNMPCommunity, from)
	if !ok {
		return quitf(1, "Current SNMP community %s is not configured", from)
	}
	if err := communitySecret(to, 2); err != nil {
		return err
	}
	if e.c.Has(tableSNMPCommunity, to) {
		return quitf(3, "New SNMP community %s to replace current SNMP community %s already configured", to, from)
	}
	e.c.Replace(tableSNMPCommunity, to, row)
	e.c.Delete(tableSNMPCommunity, from)
	e.tellf("SNMP community %s added to configuration", to)
	e.tellf("SNMP community %s replaced with community %s", from, to)
	return nil
}

func location(e *edit) (old, said string) {
	return e.row(tableSNMP, "LOCATION")["Location"], strings.Join(e.args, " ")
}

func addLocation(e *edit) error {
	old, said := location(e)
	if old != "" {
		return quitf(1, "Location already exists")
	}
	e.c.SetField(tableSNMP, "LOCATION", "Location", said)
	e.tellf("SNMP Location %s has been added to configuration", said)
	return nil
}

func delLocation(e *edit) error {
	switch old, said := location(e); old {
	case "":
		return quitf(2, "SNMP Location %s is not configured", said)
	case said:
		e.c.Delete(tableSNMP, "LOCATION")
		e.tellf("SNMP Location %s removed from configuration", said)
		return nil
	default:
		return quitf(1, "SNMP Location %s does not exist.  The location is %s", said, old)
	}
}

func modifyLocation(e *edit) error {
	old, said := location(e)
	if old == "" {
		return quitf(2, "Cannot modify SNMP Location.  You must use 'config snmp location add command <snmp_location>'")
	}
	if strings.Contains(old, said) {
		return quitf(1, "SNMP location %s already exists", said)
	}
	e.c.SetField(tableSNMP, "LOCATION", "Location", said)
	e.tellf("SNMP location %s modified in configuration", said)
	return nil
}
