package click

import (
	"context"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// Argument is what an operator may want to know of an argument.
type Argument struct {
	Help   string                         // a few words, with type and range
	Values func(context.Context) []string // values that the switch has now, or nil
}

// Arguments describes arguments by the names that usages give them, without brackets: "vid".
type Arguments interface {
	About(cmd *cobra.Command, name string) Argument
}

// placeholder is one argument of a usage.
type placeholder struct {
	text    string   // as the usage writes it: "[<vid>]"
	name    string   // without brackets: "vid"
	choices []string // of "<enable|disable>"
	rest    bool     // it takes all words that follow
}

// placeholders reads the arguments of a command's usage. The usages of SONiC also hold whole phrases, such as "[vrf <vrf_name>]", each word of
// which is an argument of its own here.
func placeholders(cmd *cobra.Command) []placeholder {
	_, rest, _ := strings.Cut(cmd.Use, " ")
	var list []placeholder
	for _, text := range strings.Fields(rest) {
		p := placeholder{text: text, rest: strings.Contains(text, "...")}
		p.name = strings.Trim(strings.ReplaceAll(text, "...", ""), "[]<>()")
		if strings.Contains(p.name, "|") && !strings.ContainsAny(p.name, "<>") {
			p.choices = strings.Split(p.name, "|")
		}
		list = append(list, p)
	}
	return list
}

// at gives the argument at a position, counted from 0.
func at(list []placeholder, position int) (placeholder, bool) {
	switch last := len(list) - 1; {
	case position <= last:
		return list[position], true
	case last >= 0 && list[last].rest:
		return list[last], true
	}
	return placeholder{}, false
}

// described is the prefix of annotations that tell of an argument what its name does not.
const described = "click-argument:"

// Describe tells what may be said for an argument of a command: words separated by '|', or a few words of help.
func Describe(cmd *cobra.Command, name, text string) {
	if cmd.Annotations == nil {
		cmd.Annotations = make(map[string]string)
	}
	cmd.Annotations[described+strings.Trim(name, "[]<>.")] = text
}

// bounds matches an argument that is called by its range, such as "4-30_seconds".
var bounds = regexp.MustCompile(`^(\d+)-(\d+)(?:_\w+)?$`)

// about gathers what is known of an argument.
func about(cmd *cobra.Command, p placeholder, known Arguments) (Argument, []string) {
	text, ok := cmd.Annotations[described+p.name]
	switch {
	case ok && strings.Contains(text, "|"):
		return Argument{Help: "one of these words"}, strings.Split(text, "|")
	case ok:
		return Argument{Help: text}, nil
	case p.choices != nil:
		return Argument{Help: "one of these words"}, p.choices
	case bounds.MatchString(p.name):
		m := bounds.FindStringSubmatch(p.name)
		return Argument{Help: "A number, " + m[1] + " to " + m[2]}, nil
	case known == nil:
		return Argument{}, nil
	}
	return known.About(cmd, p.name), nil
}
