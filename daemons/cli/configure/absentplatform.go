package configure

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
)

// tellStates says what became of each port, as a table or with --json as an object.
func (e *edit) tellStates(states [][2]string) {
	if e.cmd.Flags().Changed("json") {
		object := make(map[string]string, len(states))
		for _, s := range states {
			object[s[0]] = s[1]
		}
		if data, err := json.MarshalIndent(object, "", "    "); err == nil {
			e.tellf("%s", data)
		}
		return
	}
	rows := make([][]string, len(states))
	for i, s := range states {
		rows[i] = s[:]
	}
	e.tellf("%s", tabulate.Render([]string{"port", "state"}, rows, tabulate.Options{}))
}

// absent makes a command for what this switch has no hardware or program for.
// It says so and changes nothing.
func absent(use, short, said string, args cobra.PositionalArgs, flags ...string) *cobra.Command {
	cmd := click.Command(use, short, args, func(*cobra.Command, []string) error { return quitf(click.CodeError, "%s", said) })
	for _, f := range flags {
		name, letter, _ := strings.Cut(f, ",")
		if value, ok := strings.CutSuffix(name, "="); ok {
			cmd.Flags().StringP(value, letter, "", value)
		} else {
			cmd.Flags().BoolP(name, letter, false, name)
		}
	}
	return cmd
}

// newAbsent are the commands about parts that a platform may have.
func newAbsent(s *session.Session) []*cobra.Command {
	const (
		noZTP      = "ZTP feature unavailable in this image version"
		noBMC      = "BMC is not available on this platform"
		noSED      = "Error: SED management not supported on this platform"
		noFirmware = "Error: no component of this platform has firmware that can be changed"
		noGraph    = "Error: a minigraph is not read on this switch; use config load or config reload with config_db.json"
	)
	rest, none := click.Args("[ARGS...]"), click.Args()
	firmware := click.Group("firmware", "Firmware configuration tasks",
		absent("install ARGS...", "Install platform firmware", noFirmware, rest, "yes,y"), absent("update ARGS...", "Update platform firmware", noFirmware, rest, "yes,y", "force,f", "image,i"))
	profile := absent("profile P4_PROFILE", "Set the P4 profile", "Error: the ASIC of this platform has no P4 profiles", click.Args("P4_PROFILE"), "yes,y")
	return []*cobra.Command{
		click.Group("platform", "Platform-related configuration tasks", firmware, click.Group("barefoot", "Barefoot platform configuration", profile)),
		click.Group("ztp", "Configure Zero Touch Provisioning", absent("run [run]", "Restart ZTP of the device.", noZTP, click.Args("[run]"), "yes,y"),
			absent("disable [disable]", "Administratively Disable ZTP.", noZTP, click.Args("[disable]"), "yes,y"), absent("enable [enable]", "Administratively Enable ZTP.", noZTP, click.Args("[enable]"))),
		click.Group("bmc", "BMC (Baseboard Management Controller) configuration tasks", absent("reset-root-password", "Reset BMC root password to default", noBMC, none),
			absent("open-session", "Open a session with the BMC", noBMC, none), absent("close-session", "Close a session with the BMC", noBMC, none, "session-id=,s")),
		click.Group("sed", "SED (Self-Encrypting Drive) password management commands", absent("change-password", "Change SED password", noSED, none),
			absent("reset-password", "Reset SED password to default", noSED, none)),
		absent("load_minigraph", "Reconfigure based on minigraph.", noGraph, none, "yes,y", "no-service-restart,n", "traffic-shift-away,t", "override_config,o"),
		absent("load_mgmt_config [FILENAME]", "Reconfigure hostname and mgmt interface based on device description file.", noGraph, click.Args("[FILENAME]"), "yes,y"),
		newNamingMode(s),
	}
}

// newNamingMode makes `config interface_naming_mode`: how an operator names
// ports. It is an environment variable that his shell sets at login.
func newNamingMode(s *session.Session) *cobra.Command {
	set := func(mode, short string) *cobra.Command {
		return click.Command(mode, short, click.Args(), func(*cobra.Command, []string) error { return setNamingMode(s, mode) })
	}
	return click.Group("interface_naming_mode", "Modify interface naming mode for interacting with SONiC CLI",
		set("default", "Set CLI interface naming mode to DEFAULT (SONiC port name)"), set("alias", "Set CLI interface naming mode to ALIAS (Vendor port alias)"))
}

func setNamingMode(s *session.Session, mode string) error {
	const export = "export SONIC_CLI_IFACE_MODE="
	user := s.Getenv("SUDO_USER")
	if user == "" {
		user = s.Getenv("USER")
	}
	if user == "root" {
		return quitf(click.CodeError, "Cannot set interface naming mode for root user!\nAborted!")
	}
	home := s.Getenv("HOME")
	if s.Getenv("SUDO_USER") != "" {
		home = "/home/" + user
	}
	file := home + "/.bashrc"
	data, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(strings.TrimSpace(line), export) {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	lines = append(lines, export+mode)
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	s.Printf("Please logout and log back in for changes take effect.\n")
	return nil
}
