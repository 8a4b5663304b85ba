package click

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// lineWidth is where click wraps on a terminal of 80 columns.
const lineWidth = 78

// usageLine writes "Usage: config vlan add [OPTIONS] <vid>".
func usageLine(cmd *cobra.Command) string {
	prefix := "Usage: " + cmd.CommandPath() + " "
	words := []string{"[OPTIONS]"}
	if cmd.HasSubCommands() {
		words = append(words, "COMMAND", "[ARGS]...")
	} else if _, rest, ok := strings.Cut(cmd.Use, " "); ok {
		words = append(words, strings.Fields(rest)...)
	}
	return wrap(prefix, words)
}

// wrap fills lines; those after the first are indented below the first word.
func wrap(prefix string, words []string) string {
	var b strings.Builder
	b.WriteString(prefix)
	column := len(prefix)
	for i, w := range words {
		switch {
		case i > 0 && column+1+len(w) > lineWidth:
			b.WriteString("\n" + strings.Repeat(" ", len(prefix)))
			column = len(prefix)
		case i > 0:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(w)
		column += len(w)
	}
	return b.String()
}

// writeUsageError prints a refusal as click does.
func writeUsageError(w io.Writer, e *UsageError) {
	fmt.Fprintf(w, "%s\nTry '%s -h' for help.\n\nError: %s\n", usageLine(e.Command), e.Command.CommandPath(), e.Text)
	if e.Meant != "" {
		fmt.Fprintf(w, "Did you mean '%s'?\n", e.Meant)
	}
}

// writeHelp prints a command's help page.
func writeHelp(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "%s\n\n", usageLine(cmd))
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	for line := range strings.Lines(about) {
		fmt.Fprintf(w, "  %s\n", strings.TrimRight(line, "\n"))
	}
	fmt.Fprint(w, "\nOptions:\n")
	writeList(w, options(cmd))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprint(w, "\nCommands:\n")
		writeList(w, commands(cmd))
	}
}

func options(cmd *cobra.Command) [][2]string {
	var list [][2]string
	inherited := cmd.InheritedFlags()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.AddFlagSet(cmd.Flags())
	flags.AddFlagSet(cmd.PersistentFlags())
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" || inherited.Lookup(f.Name) == f {
			return // a group's options are on the group's own page
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if t := f.Value.Type(); t != "bool" {
			name += " " + typeName(t)
		}
		list = append(list, [2]string{name, f.Usage})
	})
	return append(list, [2]string{"-?, -h, --help", "Show this message and exit."})
}

func typeName(t string) string {
	if t == "string" {
		return "TEXT"
	}
	return t
}

func commands(cmd *cobra.Command) [][2]string {
	var list [][2]string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			list = append(list, [2]string{c.Name(), c.Short})
		}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

func writeList(w io.Writer, list [][2]string) {
	width := 0
	for _, item := range list {
		width = max(width, len(item[0]))
	}
	for _, item := range list {
		fmt.Fprintf(w, "  %s\n", strings.TrimRight(fmt.Sprintf("%-*s  %s", width, item[0], item[1]), " "))
	}
}
