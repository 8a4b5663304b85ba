package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

const alwaysEnabled = "always_enabled"

// newFeature makes `config feature`: which services run, and who restarts them.
func newFeature(s *session.Session) *cobra.Command {
	return click.Group("feature", "Configure features",
		newEdit(s, "state <feature-name> <state>", "Enable or disable a feature", func(e *edit) error {
			return e.switchFeature("state", "<state>", "state")
		}),
		newEdit(s, "autorestart <feature-name> <autorestart>", "Enable or disable the restart of a feature that ended", func(e *edit) error {
			return e.switchFeature("auto_restart", "<autorestart>", "auto-restart")
		}),
		newEdit(s, "owner <feature-name> <owner>", "Set the owner of a feature", func(e *edit) error {
			return e.setFeature("set_owner", "<owner>", map[string]string{"local": "local", "kube": "kube"}, "local", "kube")
		}),
		newEdit(s, "fallback <feature-name> <fallback>", "Set the fallback of a feature", func(e *edit) error {
			return e.setFeature("no_fallback_to_local", "<fallback>", map[string]string{"on": "false", "off": "true"}, "on", "off")
		}))
}

// switchFeature enables or disables what a field says, called what in
// messages, unless it is always enabled.
func (e *edit) switchFeature(field, arg, what string) error {
	name := e.args[0]
	if _, err := click.Choice(e.cmd, arg, e.args[1], "enabled", "disabled"); err != nil {
		return err
	}
	row, ok := e.c.Row(tableFeature, name)
	switch {
	case !ok:
		return quitf(click.CodeError, "Feature '%s' doesn't exist", name)
	case row[field] == "":
		return quitf(click.CodeError, "Feature '%s' %s is not available in any namespace", name, what)
	case row[field] == alwaysEnabled && field == "state":
		return quitf(click.CodeError, "Feature '%s' %s is always enabled and can not be modified", name, what)
	case row[field] == alwaysEnabled:
		e.tellf("Feature '%s' %s is always enabled and can not be modified", name, what)
		return nil
	}
	e.c.SetField(tableFeature, name, field, e.args[1])
	return nil
}

// setFeature stores for one of a few words what it stands for.
func (e *edit) setFeature(field, arg string, stored map[string]string, words ...string) error {
	said, err := click.Choice(e.cmd, arg, e.args[1], words...)
	if err != nil {
		return err
	}
	if !e.c.Has(tableFeature, e.args[0]) {
		return quitf(click.CodeError, "Unable to retrieve %s from FEATURE table", e.args[0])
	}
	e.c.SetField(tableFeature, e.args[0], field, stored[said])
	return nil
}
