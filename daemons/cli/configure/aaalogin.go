package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

const tableAAA = "AAA"

// newAAALogins makes the commands that say who may let an operator in, what he may do, and who is told.
func newAAALogins(s *session.Session, root *cobra.Command) {
	aaa := subgroup(root, "aaa")
	authentication := subgroup(aaa, "authentication")
	for _, method := range []string{"tacacs+", "local", "default"} { // as the manual has it, without "login"
		authentication.AddCommand(newEdit(s, method, "Switch login authentication to "+method, func(e *edit) error {
			setLogin(e, []string{method})
			return nil
		}))
	}
	authentication.AddCommand(
		newMethods(s, "login", "Switch login authentication", "auth_protocol", []string{"ldap", "radius", "tacacs+", "local", "default"}, setLogin))
	aaa.AddCommand(
		newMethods(s, "authorization", "Switch AAA authorization", "protocol", []string{"tacacs+", "local", "tacacs+ local"}, setAAA("authorization")),
		newMethods(s, "accounting", "Switch AAA accounting", "protocol", []string{"disable", "tacacs+", "local", "tacacs+ local"}, setAAA("accounting")))
}

// newMethods makes a command of a list of methods, which may not be empty although the command line would allow it.
func newMethods(s *session.Session, name, short, what string, words []string, set func(*edit, []string)) *cobra.Command {
	arg := "[[" + strings.Join(words, "|") + "]]..."
	cmd := newEdit(s, name, short, func(e *edit) error {
		for _, a := range e.args {
			if _, err := click.Choice(e.cmd, arg, a, words...); err != nil {
				return err
			}
		}
		if len(e.args) == 0 {
			e.tellf("Argument %q is required", what)
			return nil
		}
		set(e, e.args)
		return nil
	})
	cmd.Use, cmd.Args = name+" "+arg, cobra.ArbitraryArgs
	return cmd
}

// setLogin takes one method, or the switch itself and one other in any order.
func setLogin(e *edit, methods []string) {
	switch {
	case len(methods) > 2:
		e.tellf("Not a valid command.")
	case len(methods) == 1 && methods[0] == "default":
		e.c.Unset(tableAAA, "authentication", "login")
	case slices.Contains(methods, "default"),
		len(methods) == 2 && (methods[0] == "local") == (methods[1] == "local"):
		e.tellf("Not a valid command")
	default:
		e.c.SetField(tableAAA, "authentication", "login", strings.Join(methods, ","))
	}
}

// setAAA takes one method; "tacacs+ local" is one.
func setAAA(key string) func(*edit, []string) {
	return func(e *edit, methods []string) {
		switch {
		case len(methods) != 1:
			e.tellf("Not a valid command")
		case methods[0] == "disable":
			e.c.Unset(tableAAA, key, "login")
		default:
			e.c.SetField(tableAAA, key, "login", strings.ReplaceAll(methods[0], " ", ","))
		}
	}
}
