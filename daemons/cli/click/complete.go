package click

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// Variable names the environment variable by which a shell asks a program to complete a line, as Python's click names it: _SHOW_COMPLETE.
func Variable(root *cobra.Command) string {
	return "_" + strings.ToUpper(strings.ReplaceAll(root.Name(), "-", "_")) + "_COMPLETE"
}

// bashSource asks the program for the words that fit; %[1]s is its name, %[2]s a name for the function, %[3]s the variable.
const bashSource = `%[2]s_completion() {
    local IFS=$'\n'
    COMPREPLY=($(env COMP_WORDS="$(printf '%%s\n' "${COMP_WORDS[@]}")" COMP_CWORD="$COMP_CWORD" %[3]s=bash_complete "$1"))
    COMPREPLY=("${COMPREPLY[@]#plain,}")
    return 0
}
complete -o default -o nosort -F %[2]s_completion %[1]s
`

// zshSource is bashSource for zsh, with what words mean beside them.
const zshSource = `#compdef %[1]s
%[2]s_completion() {
    local -a lines words
    local line
    lines=("${(@f)$(env COMP_WORDS="${(F)words}" COMP_CWORD=$((CURRENT-1)) %[3]s=zsh_complete %[1]s)}")
    _describe -V '%[1]s' lines
}
compdef %[2]s_completion %[1]s
`

// Complete does what a shell asks by Variable, and says whether it was asked. The kinds are those of Python's click: bash_source and
// zsh_source print the script to be loaded, bash_complete, zsh_complete and complete (the old kind) the words that fit.
func Complete(ctx context.Context, root *cobra.Command, getenv func(string) string, out io.Writer, known Arguments) bool {
	kind := getenv(Variable(root))
	function := "_" + strings.ReplaceAll(root.Name(), "-", "_")
	switch kind {
	case "":
		return false
	case "bash_source", "source", "source_bash":
		fmt.Fprintf(out, bashSource, root.Name(), function, Variable(root))
	case "zsh_source", "source_zsh":
		fmt.Fprintf(out, zshSource, root.Name(), function, Variable(root))
	default:
		words, prefix := line(getenv)
		n, err := follow(root, words)
		if err != nil {
			return true // the line leads nowhere: nothing fits
		}
		for _, c := range n.candidates(ctx, prefix, known) {
			writeCandidate(out, kind, c)
		}
	}
	return true
}

func writeCandidate(out io.Writer, kind string, c candidate) {
	switch kind {
	case "bash_complete":
		fmt.Fprintf(out, "plain,%s\n", c.word)
	case "zsh_complete":
		fmt.Fprintln(out, strings.TrimSuffix(strings.ReplaceAll(c.word, ":", `\:`)+":"+c.help, ":"))
	default:
		fmt.Fprintln(out, c.word)
	}
}

// line reads the words before the one that is being typed, and that one. COMP_WORDS holds them one a line, or separated by blanks as old
// scripts pass them.
func line(getenv func(string) string) (words []string, prefix string) {
	text := getenv("COMP_WORDS")
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if !strings.Contains(text, "\n") {
		all = strings.Fields(text)
	}
	at, err := strconv.Atoi(getenv("COMP_CWORD"))
	if err != nil || at < 1 || len(all) == 0 {
		return nil, ""
	}
	if at < len(all) {
		prefix = all[at]
	}
	return all[1:min(at, len(all))], prefix
}
