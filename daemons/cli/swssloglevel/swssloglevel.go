package swssloglevel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/loglevel"
)

// sai are the components and levels of the ASIC's library.
const (
	saiComponent = "SAI_API_"
	saiLevel     = "SAI_LOG_LEVEL_"
)

type options struct {
	level, component         string
	all, sai, list, defaults bool
}

// New makes the command.
func New(s *session.Session) *cobra.Command {
	var o options
	cmd := click.Command("swssloglevel", "Set the log level of components", click.Args(), func(cmd *cobra.Command, _ []string) error {
		return o.run(cmd, s)
	})
	f := cmd.Flags()
	f.StringVarP(&o.level, "level", "l", "", "Level: "+strings.Join(loglevel.Words(), ", "))
	f.StringVarP(&o.component, "component", "c", "", "Component that the level is for")
	f.BoolVarP(&o.all, "all", "a", false, "All components")
	f.BoolVarP(&o.sai, "sai", "s", false, "The component is an API of SAI: its name is without "+saiComponent)
	f.BoolVarP(&o.list, "print", "p", false, "List components and their levels")
	f.BoolVarP(&o.defaults, "default", "d", false, "All components back to their default level")
	return cmd
}

func (o options) run(cmd *cobra.Command, s *session.Session) error {
	switch {
	case o.list:
		return printLevels(cmd.Context(), s)
	case o.defaults:
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			for _, key := range slices.Clone(c.Keys(loglevel.Table)) {
				c.Delete(loglevel.Table, key)
			}
			return nil
		})
	case o.level == "":
		return click.Fail(cmd, "loglevel value must be provided with -l")
	case o.component == "" && !o.all:
		return click.Fail(cmd, "either component name must be provided with -c, or -a for all")
	case o.component != "" && o.all:
		return click.Fail(cmd, "-c and -a exclude each other")
	}
	return o.set(cmd, s)
}

// set gives components a level. All components are those that are known, without the other kind: each has its own words.
func (o options) set(cmd *cobra.Command, s *session.Session) error {
	allowed := loglevel.Words()
	if o.sai {
		allowed = saiLevels()
	}
	if !slices.Contains(allowed, o.level) {
		return click.Fail(cmd, "Invalid loglevel '%s', one of '%s'", o.level, strings.Join(allowed, "', '"))
	}
	return s.Change(cmd.Context(), func(c *commit.Candidate) error {
		names := []string{o.component}
		if o.sai {
			names[0] = saiComponent + o.component
		}
		if o.all {
			known, err := components(s, c.Keys(loglevel.Table))
			if err != nil {
				return err
			}
			names = slices.DeleteFunc(known, func(name string) bool { return strings.HasPrefix(name, saiComponent) != o.sai })
		}
		for _, name := range names {
			c.SetField(loglevel.Table, name, loglevel.Field, o.level)
		}
		return nil
	})
}

func saiLevels() []string {
	return []string{saiLevel + "CRITICAL", saiLevel + "ERROR", saiLevel + "WARN", saiLevel + "NOTICE", saiLevel + "INFO", saiLevel + "DEBUG"}
}

// components are those that have a level, and the daemons that run: each leaves a mark.
func components(s *session.Session, configured []string) ([]string, error) {
	names := slices.Clone(configured)
	marks, err := os.ReadDir(filepath.Dir(s.Paths.ReadyFile("any")))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list daemons: %w", err)
	}
	for _, m := range marks {
		names = append(names, m.Name())
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func printLevels(ctx context.Context, s *session.Session) error {
	config, err := s.Running(ctx)
	if err != nil {
		return err
	}
	var configured []string
	for key := range config[loglevel.Table] {
		configured = append(configured, key)
	}
	names, err := components(s, configured)
	if err != nil {
		return err
	}
	for _, name := range names {
		level := config[loglevel.Table][name][loglevel.Field]
		if level == "" {
			level = "NOTICE"
		}
		s.Printf("%-30s%s\n", name, level)
	}
	return nil
}
