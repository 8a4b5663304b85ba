package click

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit codes of every command.
const (
	CodeOK    = 0
	CodeError = 1 // the command was understood and did not succeed
	CodeUsage = 2 // the command was refused before it did anything
)

// UsageError refuses a command line. It is printed with the command's usage.
type UsageError struct {
	Command *cobra.Command
	Text    string
	Meant   string // the word that was probably meant, or ""
}

func (e *UsageError) Error() string { return e.Text }

// Fail refuses the command line of cmd.
func Fail(cmd *cobra.Command, format string, args ...any) error {
	return &UsageError{Command: cmd, Text: fmt.Sprintf(format, args...)}
}

// ExitError ends a command with a code after telling Text on the standard
// output, as the scripts behind SONiC's commands do.
type ExitError struct {
	Code int
	Text string
}

func (e *ExitError) Error() string { return e.Text }

// ErrAborted says that the operator did not confirm.
var ErrAborted = errors.New("Aborted!") //nolint:staticcheck // click's own word

// flagError turns pflag's errors into click's words.
func flagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var required *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing):
		return noOption(cmd, dashed(missing.GetSpecifiedName(), missing.GetSpecifiedShortnames()))
	case errors.As(err, &required):
		return Fail(cmd, "Option '%s' requires an argument.", dashed(required.GetSpecifiedName(), required.GetSpecifiedShortnames()))
	case errors.As(err, &invalid):
		return Fail(cmd, "Invalid value for %s: %s", flagNames(invalid.GetFlag()), invalidText(invalid))
	}
	return Fail(cmd, "%s", err)
}

func noOption(cmd *cobra.Command, said string) error {
	return &UsageError{Command: cmd, Text: "No such option: " + said, Meant: nearestOption(cmd, said)}
}

func dashed(name, shorts string) string {
	if shorts != "" {
		return "-" + shorts[:1]
	}
	return "--" + strings.TrimLeft(name, "-")
}

// flagNames writes '-t' / '--type'.
func flagNames(f *pflag.Flag) string {
	if f.Shorthand == "" {
		return "'--" + f.Name + "'"
	}
	return "'-" + f.Shorthand + "' / '--" + f.Name + "'"
}

func invalidText(e *pflag.InvalidValueError) string {
	switch e.GetFlag().Value.Type() {
	case "int", "int64", "uint", "uint64":
		return fmt.Sprintf("'%s' is not a valid integer.", strings.TrimSpace(e.GetValue()))
	}
	return e.Unwrap().Error()
}
