package configure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit/draft"
)

// newSessionEdit makes `config session edit`, which runs one command in a
// session, for scripts that would rather not change their environment.
func newSessionEdit(s *session.Session) *cobra.Command {
	cmd := click.Command("edit <name> <command>...", "Run one config command in a session", click.Args("<name>", "<command>..."),
		func(cmd *cobra.Command, args []string) error {
			if _, err := s.Drafts().Read(args[0]); err != nil {
				return err
			}
			if code := runIn(cmd.Context(), s, args[0], args[1:]); code != click.CodeOK {
				return &click.ExitError{Code: code}
			}
			return nil
		})
	cmd.Flags().SetInterspersed(false) // what follows the name belongs to the command
	return cmd
}

// runIn runs a command line of `config` in a session and gives its exit code.
func runIn(ctx context.Context, s *session.Session, name string, words []string) int {
	before := s.Options
	defer func() { s.Options = before }()
	if len(words) > 0 && words[0] == "config" {
		words = words[1:]
	}
	root := New(s)
	s.Begin(root.Name(), words)
	return click.Run(ctx, root, append([]string{"--session", name}, words...), s.Out, s.Err, nil)
}

// newSessionShell makes `config session shell`: a prompt at which every line is
// a config command in the session.
func newSessionShell(s *session.Session) *cobra.Command {
	return newOnSession(s, "shell", "Edit a session at a prompt", func(cmd *cobra.Command, name string) error {
		err := begin(s, cmd, name)
		if err != nil && !errors.As(err, new(*draft.ExistsError)) {
			return err
		}
		sh := &shell{Session: s, name: name, prompt: isTerminal(s.In)}
		if sh.prompt {
			s.Printf("Every line is a config command in session %q; diff, check, commit, abort and exit are about the session.\n", name)
		}
		return sh.run(cmd.Context())
	})
}

type shell struct {
	*session.Session
	name   string
	prompt bool // somebody sits there; else a script must know of its first error
}

func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

func (sh *shell) run(ctx context.Context) error {
	in := bufio.NewScanner(sh.In)
	for {
		if sh.prompt {
			sh.Printf("config(%s)# ", sh.name)
		}
		if !in.Scan() || ctx.Err() != nil {
			break
		}
		ended, code := sh.line(ctx, in.Text())
		if code != click.CodeOK && !sh.prompt {
			return &click.ExitError{Code: code}
		}
		if ended {
			return nil
		}
	}
	if sh.prompt {
		sh.Printf("\n")
	}
	return errors.Join(in.Err(), ctx.Err())
}

// line carries one line out and tells whether it was the last.
func (sh *shell) line(ctx context.Context, text string) (ended bool, code int) {
	words, err := splitWords(text)
	if err != nil {
		fmt.Fprintf(sh.Err, "Error: %s\n", err)
		return false, click.CodeUsage
	}
	if len(words) == 0 {
		return false, click.CodeOK
	}
	switch words[0] {
	case "exit", "quit", "end":
		return true, click.CodeOK
	case "diff", "check", "rebase", "abort", "commit":
		verb := append([]string{"session", words[0], sh.name}, words[1:]...)
		code := sh.guarded(ctx, verb)
		return code == click.CodeOK && (words[0] == "abort" || words[0] == "commit"), code
	}
	return false, sh.guarded(ctx, words)
}

// guarded runs a line as the command that it is.
func (sh *shell) guarded(ctx context.Context, words []string) int {
	sh.Begin("config", words)
	return sh.Guard(ctx, words, func() int { return runIn(ctx, sh.Session, sh.name, words) })
}

var errQuote = errors.New("a quotation mark has no other end")

// splitWords splits a line as a shell does: blanks separate, quotation marks
// keep together, a backslash takes the meaning off what follows, '#' begins a comment.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune
	open, escaped := false, false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, open = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case r == '#' && !open:
			return words, nil
		case r == ' ' || r == '\t' || r == '\r':
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if quote != 0 || escaped {
		return nil, errQuote
	}
	if open {
		words = append(words, word.String())
	}
	return words, nil
}
