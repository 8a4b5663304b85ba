package click

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// next is a place in a command line where a word is to come.
type next struct {
	cmd      *cobra.Command
	position int         // of the argument, if cmd has no commands below it
	value    *pflag.Flag // the option whose value comes
}

// follow walks the words before a place. It fails where they lead nowhere.
func follow(root *cobra.Command, words []string) (next, error) {
	n := next{cmd: root}
	for _, w := range words {
		switch {
		case n.value != nil:
			n.value = nil
		case strings.HasPrefix(w, "-") && len(w) > 1:
			n.value = waiting(n.cmd, option(n.cmd, w))
		case n.cmd.HasSubCommands():
			c, err := child(n.cmd, w)
			if err != nil {
				return n, err
			}
			n.cmd = c
		default:
			n.position++
		}
	}
	return n, nil
}

// waiting gives the flag that a word names, if its value is to come as the next word.
func waiting(cmd *cobra.Command, word string) *pflag.Flag {
	if strings.Contains(word, "=") {
		return nil
	}
	var f *pflag.Flag
	if long, ok := strings.CutPrefix(word, "--"); ok {
		f = cmd.Flag(long)
	} else if len(word) == 2 {
		f = cmd.Flags().ShorthandLookup(word[1:])
	}
	if f == nil || f.NoOptDefVal != "" || f.Value.Type() == "bool" {
		return nil
	}
	return f
}

// candidate is a word that may come, and what it means.
type candidate struct{ word, help string }

// candidates lists the words that may come at a place, those that begin with a prefix.
func (n next) candidates(ctx context.Context, prefix string, known Arguments) []candidate {
	var list []candidate
	switch {
	case n.value != nil:
		for _, w := range choices(n.value) {
			list = append(list, candidate{w, ""})
		}
	case strings.HasPrefix(prefix, "-"):
		n.cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				list = append(list, candidate{"--" + f.Name, f.Usage})
			}
		})
		list = append(list, candidate{"--help", "Show this message and exit."})
	case n.cmd.HasSubCommands():
		for _, c := range commands(n.cmd) {
			list = append(list, candidate{c[0], c[1]})
		}
	default:
		list = n.values(ctx, known)
	}
	return slices.DeleteFunc(list, func(c candidate) bool { return !strings.HasPrefix(c.word, prefix) })
}

// values lists the words for an argument: those of its usage, or those that the switch has now.
func (n next) values(ctx context.Context, known Arguments) []candidate {
	p, ok := at(placeholders(n.cmd), n.position)
	if !ok {
		return nil
	}
	a, words := about(n.cmd, p, known)
	if words == nil && a.Values != nil {
		words = a.Values(ctx)
	}
	list := make([]candidate, len(words))
	for i, w := range words {
		list[i].word = w
	}
	return list
}

// choices lists the values of an option that has only a few.
func choices(f *pflag.Flag) []string {
	if c, ok := f.Value.(*ChoiceFlag); ok {
		return c.Choices
	}
	return nil
}

// asksNext says whether a line asks what may come: its last word is '?', or the beginning of a command's name and '?'. An argument may well end
// in a question mark.
func asksNext(root *cobra.Command, words []string) bool {
	last := len(words) - 1
	if last < 0 || !strings.HasSuffix(words[last], "?") || isHelp(words[last]) {
		return false
	}
	if words[last] == "?" {
		return true
	}
	n, err := follow(root, words[:last])
	return err == nil && n.value == nil && n.cmd.HasSubCommands()
}

// writeNext answers such a line, as the command lines of other vendors do, without doing anything.
func writeNext(ctx context.Context, w io.Writer, root *cobra.Command, words []string, known Arguments) error {
	last := len(words) - 1
	n, err := follow(root, words[:last])
	if err != nil {
		return err
	}
	prefix := strings.TrimSuffix(words[last], "?")
	var list [][2]string
	for _, c := range n.candidates(ctx, prefix, known) {
		list = append(list, [2]string{c.word, c.help})
	}
	switch p, more := at(placeholders(n.cmd), n.position); {
	case n.value != nil:
		list = append([][2]string{{typeName(n.value.Value.Type()), n.value.Usage}}, list...)
	case !n.cmd.HasSubCommands() && more && !strings.HasPrefix(prefix, "-"):
		a, _ := about(n.cmd, p, known)
		list = append([][2]string{{p.text, a.Help}}, list...)
	case !n.cmd.HasSubCommands() && prefix == "":
		list = append(list, [2]string{"<Enter>", "Run the command"})
	}
	if len(list) == 0 {
		return Fail(n.cmd, "Nothing begins with '%s' here.", prefix)
	}
	writeList(w, list)
	if !n.cmd.HasSubCommands() && n.value == nil && prefix == "" {
		fmt.Fprint(w, "\nOptions:\n")
		writeList(w, options(n.cmd))
	}
	return nil
}
