package click_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
)

// tree is a small program that prints what it was told.
func tree() *cobra.Command {
	var many bool
	var period click.IntFlag
	var iface string
	add := click.Command("add <vid> port", "Add a member", click.Args("<vid>", "port"), func(cmd *cobra.Command, args []string) error {
		if _, err := click.IntRange(cmd, "<vid>", args[0], 2, 4094); err != nil {
			return err
		}
		cmd.Println(args, many, period.Value, iface)
		return nil
	})
	add.Flags().BoolVarP(&many, "many", "m", false, "Many at once")
	add.Flags().VarP(&period, "period", "p", "Seconds")
	add.Flags().StringVar(&iface, "iface", "", "Interface")
	click.Alias(add, "-if", "--iface")
	fail := click.Command("address", "Fail", click.Args("[x...]"), func(*cobra.Command, []string) error { return errors.New("read x: broken") })
	exit := click.Command("exit", "Exit", click.Args(), func(*cobra.Command, []string) error { return &click.ExitError{Code: 1, Text: "Error: no"} })
	return click.Group("config", "Configure", click.Group("member", "Members", add, fail), exit)
}

func TestRun(t *testing.T) {
	usage := "Usage: config member add [OPTIONS] <vid> port\nTry 'config member add -h' for help.\n\n"
	group := "Usage: config member [OPTIONS] COMMAND [ARGS]...\nTry 'config member -h' for help.\n\n"
	tests := []struct {
		name      string
		args      []string
		code      int
		out, errs string
	}{
		{"plain", []string{"member", "add", "5", "Ethernet0"}, 0, "[5 Ethernet0] false 0 \n", ""},
		{"abbreviated", []string{"m", "add", "5", "Ethernet0", "-m"}, 0, "[5 Ethernet0] true 0 \n", ""},
		{"long short option", []string{"m", "add", "-if", "x", "5", "e", "-p 3"}, 0, "[5 e] false 3 x\n", ""},
		{"ambiguous", []string{"m", "ad", "5"}, 2, "", group + "Error: Too many matches: add, address\n"},
		{"missing", []string{"member", "add", "5"}, 2, "", usage + "Error: Missing argument 'port'.\n"},
		{"too many", []string{"member", "add", "5", "e", "x", "y"}, 2, "", usage + "Error: Got unexpected extra arguments (x y)\n"},
		{"range", []string{"member", "add", "1", "e"}, 2, "", usage + "Error: Invalid value for '<vid>': 1 is not in the range 2<=x<=4094.\n"},
		{"not a number", []string{"member", "add", "x", "e"}, 2, "", usage + "Error: Invalid value for '<vid>': 'x' is not a valid integer.\n"},
		{"no option", []string{"member", "add", "5", "e", "--what"}, 2, "", usage + "Error: No such option: --what\n"},
		{"option without value", []string{"member", "add", "5", "e", "-p"}, 2, "", usage + "Error: Option '-p' requires an argument.\n"},
		{"bad option", []string{"member", "add", "5", "e", "-p", "x"}, 2, "", usage + "Error: Invalid value for '-p' / '--period': 'x' is not a valid integer.\n"},
		{"no command", []string{"member", "del"}, 2, "", group + "Error: No such command 'del'.\n"},
		{"failure", []string{"member", "addr"}, 1, "", "Error: read x: broken\n"},
		{"exit", []string{"exit"}, 1, "Error: no\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := click.Run(t.Context(), tree(), tt.args, &out, &errs, nil)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if d := cmp.Diff(tt.out, out.String()); d != "" {
				t.Errorf("output (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.errs, errs.String()); d != "" {
				t.Errorf("errors (-want +got):\n%s", d)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	want := `Usage: config member add [OPTIONS] <vid> port

  Add a member

Options:
  --iface TEXT          Interface
  -m, --many            Many at once
  -p, --period INTEGER  Seconds
  -?, -h, --help        Show this message and exit.
`
	for _, flag := range []string{"-h", "--help", "-?"} {
		var out, errs bytes.Buffer
		if code := click.Run(t.Context(), tree(), []string{"member", "add", flag}, &out, &errs, nil); code != 0 {
			t.Errorf("%s: exit code %d: %s", flag, code, errs.String())
		}
		if d := cmp.Diff(want, out.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", flag, d)
		}
	}
}
