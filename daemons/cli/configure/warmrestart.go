package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addWarmRestart adds to `config warm_restart` what is not kept over a reboot of
// the switch. The daemons of Heddle restart without a change of forwarding in any
// case; the rows are for programs that ask.
func addWarmRestart(s *session.Session, root *cobra.Command) {
	group := ownSocket(subgroup(root, "warm_restart"))
	for name, value := range map[string]string{"enable": "true", "disable": "false"} {
		group.AddCommand(click.Command(name+" [<module>]", name+" warm restart", click.Args("[<module>]"), func(cmd *cobra.Command, args []string) error {
			module := "system"
			if len(args) > 0 {
				module = args[0]
			}
			return setWarmRestart(cmd, s, module, value)
		}))
	}
}

func setWarmRestart(cmd *cobra.Command, s *session.Session, module, value string) error {
	config, err := s.DB(statedb.ConfigDB)
	if err != nil {
		return err
	}
	if module != "system" {
		_, known, err := config.Get(cmd.Context(), schema.TableFeature, module)
		if err != nil {
			return err
		}
		if !known {
			return quitf(click.CodeError, "Feature %s is unknown", module)
		}
	}
	state, err := s.DB(statedb.StateDB)
	if err != nil {
		return err
	}
	return state.Set(cmd.Context(), "WARM_RESTART_ENABLE_TABLE", module, statedb.Fields{"enable": value})
}
