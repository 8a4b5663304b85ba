package configure

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableKdump   = "KDUMP"
	keyKdump     = "config"
	tableChassis = "CHASSIS_MODULE"
	tableLeak    = "LEAK_CONTROL_POLICY"
	tableLLR     = "LLR_PORT"
)

// newKdump makes `config kdump`: what the kernel keeps of a crash.
func newKdump(s *session.Session) *cobra.Command {
	field := func(use, field, value string) *cobra.Command {
		return newEdit(s, use, "Set "+field, func(e *edit) error {
			said := value
			if said == "" {
				said = e.args[0]
			}
			return setKdump(e, field, said)
		})
	}
	return click.Group("kdump", "Configure the KDUMP mechanism",
		field("enable", "enabled", "true"), field("disable", "enabled", "false"),
		field("memory <kdump_memory>", "memory", ""),
		newEdit(s, "num_dumps <kdump_num_dumps>", "Set the number of dumps", func(e *edit) error {
			if _, err := e.number(0, "<kdump_num_dumps>"); err != nil {
				return err
			}
			return setKdump(e, "num_dumps", e.args[0])
		}),
		newKdumpRemote(s),
		click.Group("add", "Add parameters",
			newEdit(s, "ssh_string <user@host>...", "Where dumps go", func(e *edit) error {
				said := strings.Join(e.args, " ")
				if user, host, ok := strings.Cut(said, "@"); !ok || user == "" || host == "" || strings.ContainsAny(said, " ") {
					e.tellf("Error: Invalid format. SSH key must be in 'username@host' format.")
					return nil
				}
				return setKdump(e, "ssh_string", said)
			}),
			newEdit(s, "ssh_path <ssh_path>", "Key to get there", func(e *edit) error {
				if !strings.HasPrefix(e.args[0], "/") {
					e.tellf("Error: Invalid path '%s'. Must be an absolute path (starts with '/')", e.args[0])
					return nil
				}
				return setKdump(e, "ssh_path", e.args[0])
			})))
}

func presentKdump(e *edit) error {
	if !e.c.Has(tableKdump, keyKdump) {
		return quitf(click.CodeError, "Unable to retrieve 'KDUMP' table from Config DB.")
	}
	return nil
}

func tellReboot(e *edit) {
	e.tellf("KDUMP configuration changes may require a reboot to take effect.")
	e.tellf("Save SONiC configuration using 'config save' before issuing the reboot command.")
}

func setKdump(e *edit, field, value string) error {
	if err := presentKdump(e); err != nil {
		return err
	}
	e.c.SetField(tableKdump, keyKdump, field, value)
	tellReboot(e)
	return nil
}

func newKdumpRemote(s *session.Session) *cobra.Command {
	g := click.Group("remote", "Dumps to another host")
	for verb, value := range map[string]string{"enable": "true", "disable": "false"} {
		g.AddCommand(newEdit(s, verb, verb+" remote dumps", func(e *edit) error {
			if err := presentKdump(e); err != nil {
				return err
			}
			if old := e.row(tableKdump, keyKdump)["remote"]; old == value || old == "" && value == "false" {
				return quitf(click.CodeError, "Error: Kdump Remote Mode is already %sd.", verb)
			}
			e.tellf("Remote kdump feature %sd.", verb)
			return setKdump(e, "remote", value)
		}))
	}
	return g
}

// newChassis makes `config chassis modules`. A module that no row speaks of is up.
func newChassis(s *session.Session) *cobra.Command {
	modules := func(verb, doing, state, other string) *cobra.Command {
		return newEdit(s, verb+" <module_name>", doing+" a module", func(e *edit) error {
			name := e.args[0]
			if !isModule(name) {
				return e.failf("'module_name' has to begin with 'LINE-CARD', 'FABRIC-CARD' or 'DPU'")
			}
			now := e.row(tableChassis, name)["admin_status"]
			if now == "" {
				now = "up"
			}
			if now == state {
				e.tellf("Module %s is already %s %s state", name, other, state)
				return nil
			}
			e.tellf("%s chassis module %s", doing, name)
			if state == "up" && !strings.HasPrefix(name, "DPU") {
				e.c.Delete(tableChassis, name)
			} else {
				e.c.SetField(tableChassis, name, "admin_status", state)
			}
			return nil
		})
	}
	return click.Group("chassis", "Chassis-related configuration tasks",
		click.Group("modules", "Modules of the chassis", modules("startup", "Starting up", "up", "set to"), modules("shutdown", "Shutting down", "down", "in")))
}

func isModule(name string) bool {
	for _, prefix := range []string{"LINE-CARD", "FABRIC-CARD", "DPU"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// newLiquidCool makes `config liquid-cool`: what to do when coolant leaks.
func newLiquidCool(s *session.Session) *cobra.Command {
	sources := []string{"system", "rack_mgr"}
	kinds := map[string]string{"system": "leak_action", "rack_mgr": "alert_action"}
	control := newChoice(s, "leak-control <system|rack_mgr> <enabled|disabled>", "Watch for leaks", sources, func(e *edit) error {
		if _, err := click.Choice(e.cmd, "<enabled|disabled>", e.args[1], "enabled", "disabled"); err != nil {
			return err
		}
		e.c.SetField(tableLeak, "policy", e.args[0]+"_leak_policy", e.args[1])
		e.tellf("Leak control policy for '%s' set to '%s'", e.args[0], e.args[1])
		return nil
	})
	action := newChoice(s, "leak-action <system|rack_mgr> <minor|critical> <action>", "What to do about a leak", sources, func(e *edit) error {
		if _, err := click.Choice(e.cmd, "<minor|critical>", e.args[1], "minor", "critical"); err != nil {
			return err
		}
		if _, err := click.Choice(e.cmd, "<action>", e.args[2], "syslog_only", "graceful_shutdown", "power_off"); err != nil {
			return err
		}
		e.c.SetField(tableLeak, "policy", e.args[0]+"_"+e.args[1]+"_"+kinds[e.args[0]], e.args[2])
		e.tellf("Leak action for '%s' '%s' events set to '%s'", e.args[0], e.args[1], e.args[2])
		return nil
	})
	return click.Group("liquid-cool", "Liquid cooling", control, action)
}

// newLLR makes `config llr interface`: link layer retry.
func newLLR(s *session.Session) *cobra.Command {
	g := click.Group("interface", "Configure LLR of a port")
	for name, words := range map[string][]string{"mode": {"static"}, "local": {"enabled", "disabled"}, "remote": {"enabled", "disabled"}} {
		arg := "<" + strings.Join(words, "|") + ">"
		g.AddCommand(newEdit(s, name+" <interface-name> "+arg, "LLR "+name, func(e *edit) error {
			if _, err := click.Choice(e.cmd, arg, e.args[1], words...); err != nil {
				return err
			}
			return setLLR(e, name)
		}))
	}
	return click.Group("llr", "Configure LLR (Link Layer Retry)", g)
}

func setLLR(e *edit, name string) error {
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	mode := e.row(tableLLR, e.args[0])["llr_mode"]
	switch {
	case can["LLR_CAPABLE"] != "true":
		return quitf(click.CodeError, "Error: LLR is not supported on this platform.")
	case !e.c.Has(schema.TablePort, e.args[0]):
		return quitf(click.CodeError, "Error: Interface %s does not exist.", e.args[0])
	case name != "mode" && mode != "" && mode != "static":
		return quitf(click.CodeError, "Error: 'config llr interface %s' is only applicable when llr_mode is 'static' (current mode: '%s').", name, mode)
	}
	e.c.SetField(tableLLR, e.args[0], "llr_"+name, e.args[1])
	return nil
}
