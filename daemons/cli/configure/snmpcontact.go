package configure

import (
	"regexp"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const keyContact = "CONTACT"

// contactEmail is what SONiC takes for an address of mail.
var contactEmail = regexp.MustCompile(`^[\w.+-]+@\w+\.[a-z]{2,3}$`)

// newSNMPContact makes `config snmp contact`. The row has the contact's name as its only field.
func newSNMPContact(s *session.Session) *cobra.Command {
	return click.Group("contact", "Contact of the switch",
		newEdit(s, "add <contact_name> <contact_email>", "Add snmp contact name and email", addContact),
		newEdit(s, "del <contact_name>", "Delete snmp contact name and email", delContact),
		newEdit(s, "modify <contact> <contact_email>", "Modify snmp contact", modifyContact))
}

// contact gives who is configured, "" for nobody.
func (e *edit) contact() (name, email string) {
	for name, email = range e.row(tableSNMP, keyContact) {
		if name != "NULL" {
			return name, email
		}
	}
	return "", ""
}

func (e *edit) setContact(name, email string) {
	e.c.Replace(tableSNMP, keyContact, commit.Row{name: email})
}

func addContact(e *edit) error {
	if name, _ := e.contact(); name != "" {
		return quitf(1, "Contact already exists.  Use sudo config snmp contact modify instead")
	}
	if !contactEmail.MatchString(e.args[1]) {
		return quitf(2, "Contact email %s is not valid", e.args[1])
	}
	e.setContact(e.args[0], e.args[1])
	e.tellf("Contact name %s and contact email %s have been added to configuration", e.args[0], e.args[1])
	return nil
}

func delContact(e *edit) error {
	switch name, _ := e.contact(); name {
	case "":
		return quitf(2, "Contact name %s is not configured", e.args[0])
	case e.args[0]:
		e.c.Delete(tableSNMP, keyContact)
		e.tellf("SNMP contact %s removed from configuration", e.args[0])
		return nil
	}
	return quitf(1, "SNMP contact %s is not configured", e.args[0])
}

func modifyContact(e *edit) error {
	name, email := e.contact()
	switch {
	case name == "":
		return quitf(3, "Contact name %s is not configured", e.args[0])
	case name == e.args[0] && email == e.args[1]:
		return quitf(1, "SNMP contact %s %s already exists", name, email)
	case !contactEmail.MatchString(e.args[1]):
		return quitf(2, "Contact email %s is not valid", e.args[1])
	case name == e.args[0]:
		e.tellf("SNMP contact %s email updated to %s", name, e.args[1])
	default:
		e.tellf("SNMP contact %s and contact email %s updated", e.args[0], e.args[1])
	}
	e.setContact(e.args[0], e.args[1])
	return nil
}
