package click

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Group makes a command that only holds others.
func Group(name, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: name, Short: short}
	g.AddCommand(commands...)
	return g
}

// longShort is the annotation of a command that has options of one dash and
// many letters; its value lists "-if=--iface", separated by blanks.
const longShort = "click-long-short"

// Alias lets a command take an option such as -if, which POSIX syntax cannot
// express, in place of a normal one.
func Alias(cmd *cobra.Command, short, long string) {
	if cmd.Annotations == nil {
		cmd.Annotations = make(map[string]string)
	}
	cmd.Annotations[longShort] += short + "=" + long + " "
}

// Run executes one command line and gives the exit code. A line that ends in '?' is not executed but answered with what may come there.
func Run(ctx context.Context, root *cobra.Command, args []string, out, errs io.Writer, known Arguments) int {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "no-help-command"})
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(out, cmd) })
	root.SetOut(out)
	root.SetErr(errs)
	if asksNext(root, args) {
		return report(writeNext(ctx, out, root, args, known), out, errs)
	}
	cmd, full, err := resolve(root, args)
	if err == nil {
		if cmd.HasSubCommands() && !cmd.Runnable() {
			writeHelp(out, cmd)
			return CodeOK
		}
		root.SetArgs(full)
		err = root.ExecuteContext(ctx)
	}
	return report(err, out, errs)
}

// groupOption says whether a word is an option of a group, and how many words
// its value takes.
func groupOption(group *cobra.Command, word string) (values int, ok bool) {
	name, _, joined := strings.Cut(word, "=")
	var flag *pflag.Flag
	switch long, isLong := strings.CutPrefix(name, "--"); {
	case isLong:
		flag = group.PersistentFlags().Lookup(long)
	case len(name) == 2 && name[0] == '-':
		flag = group.PersistentFlags().ShorthandLookup(name[1:])
	}
	if flag == nil {
		return 0, false
	}
	if joined || flag.NoOptDefVal != "" {
		return 0, true
	}
	return 1, true
}

// resolve completes abbreviated command names.
func resolve(root *cobra.Command, args []string) (*cobra.Command, []string, error) {
	cmd, full := root, slices.Clone(args)
	values := 0 // of options of groups, yet to be passed
	for i, a := range full {
		if values > 0 {
			values--
			continue
		}
		if !cmd.HasSubCommands() {
			break
		}
		if isHelp(a) {
			break
		}
		if strings.HasPrefix(a, "-") && cmd.Runnable() {
			break // a group that does something by itself has options
		}
		if takes, ok := groupOption(cmd, a); ok {
			values = takes
			continue
		}
		if strings.HasPrefix(a, "-") {
			return nil, nil, noOption(cmd, a)
		}
		next, err := child(cmd, a)
		if err != nil {
			return nil, nil, err
		}
		cmd, full[i] = next, next.Name()
	}
	for i, a := range full {
		full[i] = option(cmd, a)
	}
	return cmd, full, nil
}

func isHelp(a string) bool { return a == "-h" || a == "--help" || a == "-?" }

// option replaces the spellings that pflag cannot read.
func option(cmd *cobra.Command, a string) string {
	if a == "-?" {
		return "--help"
	}
	for _, pair := range strings.Fields(cmd.Annotations[longShort]) {
		if short, long, _ := strings.Cut(pair, "="); a == short {
			return long
		}
	}
	return a
}

// child finds a subcommand by its name or by a beginning of it that no other has.
func child(cmd *cobra.Command, name string) (*cobra.Command, error) {
	var found []*cobra.Command
	for _, c := range cmd.Commands() {
		if c.Name() == name || slices.Contains(c.Aliases, name) {
			return c, nil
		}
		if strings.HasPrefix(c.Name(), name) && !c.Hidden {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return nil, &UsageError{Command: cmd, Text: fmt.Sprintf("No such command '%s'.", name), Meant: nearestCommand(cmd, name)}
	case 1:
		return found[0], nil
	}
	names := make([]string, len(found))
	for i, c := range found {
		names[i] = c.Name()
	}
	slices.Sort(names)
	return nil, Fail(cmd, "Too many matches: %s", strings.Join(names, ", "))
}

// report prints an error where it belongs and gives its exit code.
func report(err error, out, errs io.Writer) int {
	var usage *UsageError
	var exit *ExitError
	switch {
	case err == nil:
		return CodeOK
	case errors.As(err, &usage):
		writeUsageError(errs, usage)
		return CodeUsage
	case errors.As(err, &exit):
		if exit.Text != "" {
			fmt.Fprintln(out, exit.Text)
		}
		return exit.Code
	case errors.Is(err, ErrAborted), errors.Is(err, context.Canceled):
		fmt.Fprintln(errs, ErrAborted)
		return CodeError
	}
	fmt.Fprintf(errs, "Error: %s\n", err)
	return CodeError
}

// Command makes a command that does something. The first word of use is its
// name, the rest is its usage.
func Command(use, short string, args cobra.PositionalArgs, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: run, DisableFlagsInUseLine: true}
}
