package configure

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const alwaysEnabled = "always_enabled"

// newFeature makes `config feature`: which services run, and who restarts them.
func newFeature(s *session.Session) *cobra.Command {
	state := newEdit(s, "state <feature-name> <state>", "Enable or disable a feature", func(e *edit) error {
		return e.switchFeature("state", "<state>", "state")
	})
	addBlock(s, state)
	return click.Group("feature", "Configure features",
		state,
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

// slowest is how long a service may take to start or end.
const slowest = 2 * time.Minute

// addBlock lets the command wait until STATE_DB says that the feature is as it was asked to be.
func addBlock(s *session.Session, cmd *cobra.Command) {
	block := cmd.Flags().Bool("block", false, "Wait until the feature is in the state")
	change := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := change(cmd, args); err != nil || !*block {
			return err
		}
		db, err := s.DB(statedb.StateDB)
		if err != nil {
			return err
		}
		return awaitFeature(cmd.Context(), db, args[0], args[1])
	}
}

// awaitFeature polls: a service takes seconds to start.
func awaitFeature(ctx context.Context, db *statedb.DB, name, state string) error {
	ctx, cancel := context.WithTimeout(ctx, slowest)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		row, _, err := db.Get(ctx, tableFeature, name)
		switch {
		case err != nil && ctx.Err() == nil:
			return err
		case row["state"] == state:
			return nil
		case row["state"] == "failed":
			return quitf(click.CodeError, "Feature '%s' failed to be %s", name, state)
		}
		select {
		case <-ctx.Done():
			return quitf(click.CodeError, "Feature '%s' is not %s after %v", name, state, slowest)
		case <-tick.C:
		}
	}
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
