package display

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/techsupport"
)

// newTechSupport makes the command that packs the output of others.
func newTechSupport(s *session.Session) *cobra.Command {
	return techsupport.New(s, func(ctx context.Context, args []string, out io.Writer) error {
		var errs bytes.Buffer
		inner := *s
		inner.Out, inner.Err = out, &errs
		if code := click.Run(ctx, New(&inner), args, out, &errs, nil); code != click.CodeOK {
			return fmt.Errorf("exit code %d: %s", code, strings.TrimSpace(errs.String()))
		}
		return nil
	})
}
