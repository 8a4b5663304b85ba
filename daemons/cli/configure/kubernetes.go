package configure

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const tableKubernetes = "KUBERNETES_MASTER"

// newKubernetes makes `config kubernetes`: the master that the switch would
// follow, and the labels it carries.
func newKubernetes(s *session.Session) *cobra.Command {
	truth := func(said string) string {
		if said == "on" {
			return "True"
		}
		return "False"
	}
	flag := func(name, short string) *cobra.Command {
		return newChoice(s, name+" [on|off]", short, []string{"on", "off"}, func(e *edit) error { return setKubernetes(e, name, truth(e.args[0])) })
	}
	label := func(use, short string, value func([]string) string) *cobra.Command {
		return click.Command(use, short, click.Args(strings.Fields(use)[1:]...), func(cmd *cobra.Command, args []string) error {
			db, err := s.DB(statedb.StateDB)
			if err != nil {
				return err
			}
			if err := db.Redis().HSet(cmd.Context(), db.RowKey("KUBE_LABELS", "SET"), args[0], value(args)).Err(); err != nil {
				return fmt.Errorf("label the node: %w", err)
			}
			return nil
		})
	}
	return click.Group("kubernetes", "kubernetes command line",
		click.Group("server", "Server configuration",
			newEdit(s, "ip VIP", "Specify a kubernetes cluster VIP", func(e *edit) error { return setKubernetes(e, "ip", e.args[0]) }),
			newEdit(s, "port PORTVAL", "Specify a kubernetes Service port", func(e *edit) error {
				if n, err := strconv.Atoi(e.args[0]); err != nil || n <= 0 || n > 65535 {
					return quitf(click.CodeError, "Invalid port value %s", e.args[0])
				}
				return setKubernetes(e, "port", e.args[0])
			}),
			flag("insecure", "Specify a kubernetes cluster VIP access as insecure or not"), flag("disable", "Specify a kubernetes cluster VIP access is disabled or not")),
		click.Group("label", "label configuration",
			label("add KEY VAL", "Add a label to this node", func(args []string) string { return args[1] }),
			label("drop KEY", "Drop a label from this node", func([]string) string { return "false" })))
}

// setKubernetes sets one field; those that are not there yet get their defaults.
func setKubernetes(e *edit, field, value string) error {
	old := e.row(tableKubernetes, "SERVER")
	for _, f := range [][2]string{{"ip", ""}, {"port", "6443"}, {"insecure", "True"}, {"disable", "False"}} {
		_, known := old[f[0]]
		switch {
		case f[0] == field:
			e.c.SetField(tableKubernetes, "SERVER", field, value)
		case !known && f[1] != "":
			e.c.SetField(tableKubernetes, "SERVER", f[0], f[1])
		}
	}
	return nil
}
