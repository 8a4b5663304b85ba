package configure

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const tableWRED = "WRED_PROFILE"

// newECN makes `config ecn`, whose options have one dash and many letters.
func newECN(s *session.Session) *cobra.Command {
	var profile string
	fields := make(map[string]string)
	cmd := newEdit(s, "ecn", "ECN-related configuration tasks", func(e *edit) error {
		row, err := wredRow(e, fields)
		if err != nil {
			return err
		}
		if profile == "" {
			return e.failf("Missing option '-profile'.")
		}
		if !e.c.Has(tableWRED, profile) {
			return quitf(click.CodeError, "Invalid profile %s: not in %s", profile, tableWRED)
		}
		e.c.Set(tableWRED, profile, row)
		return thresholdsAgree(e.row(tableWRED, profile))
	})
	cmd.Flags().StringVar(&profile, "profile", "", "Profile name")
	click.Alias(cmd, "-profile", "--profile")
	for color, title := range map[string]string{"g": "green", "y": "yellow", "r": "red"} {
		for what, field := range map[string]string{"max": "max_threshold", "min": "min_threshold", "drop": "drop_probability"} {
			name := color + what
			fields[name] = title + "_" + field
			cmd.Flags().String(name, "", title+" "+field)
			click.Alias(cmd, "-"+name, "--"+name)
		}
	}
	cmd.Flags().BoolP("verbose", "v", false, "Enable verbose output")
	return cmd
}

// wredRow reads the options that were given.
func wredRow(e *edit, fields map[string]string) (commit.Row, error) {
	row := make(commit.Row)
	for _, color := range []string{"g", "y", "r"} {
		for _, what := range []string{"max", "min", "drop"} {
			name := color + what
			flag := e.cmd.Flags().Lookup(name)
			if !flag.Changed {
				continue
			}
			high := 1<<63 - 1
			if what == "drop" {
				high = 100
			}
			value, err := whole(0, high)(e, "'-"+name+"'", flag.Value.String())
			if err != nil {
				return nil, err
			}
			row[fields[name]] = value
		}
	}
	return row, nil
}

// thresholdsAgree: dropping begins below where it ends.
func thresholdsAgree(row commit.Row) error {
	for _, color := range []string{"green", "yellow", "red"} {
		low, err1 := strconv.ParseUint(row[color+"_min_threshold"], 10, 64)
		high, err2 := strconv.ParseUint(row[color+"_max_threshold"], 10, 64)
		if err1 == nil && err2 == nil && low > high {
			return quitf(click.CodeError, "Invalid %[1]s_min_threshold (%[2]d) and %[1]s_max_threshold (%[3]d). %[1]s_min_threshold should be smaller than %[1]s_max_threshold",
				color, low, high)
		}
	}
	return nil
}
