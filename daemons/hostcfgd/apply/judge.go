package apply

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/program"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

var errBusy = syscall.EBUSY

// judge asks a file's checker. A refusal is a problem of the row that the line refused comes from; an error is that nobody could be asked.
func (d Disk) judge(ctx context.Context, c *change, home row.Name) (*row.Problem, error) {
	if c.file.Check == nil || c.remove {
		return nil, nil
	}
	var refusal error
	if f := c.file.Check.Func; f != nil {
		refusal = f(d, c.file)
	} else {
		var err error
		if refusal, err = ask(ctx, c); err != nil {
			return nil, err
		}
	}
	if refusal == nil {
		return nil, nil
	}
	from := home
	var at *hostfile.LineError
	if errors.As(refusal, &at) && at.Line > 0 {
		if name, ok := c.file.Origin(at.Line); ok {
			from = name
		}
	}
	return &row.Problem{Row: from, Err: fmt.Errorf("%s refused: %w", c.file.Path, refusal)}, nil
}

// ask starts the checker's program.
func ask(ctx context.Context, c *change) (refusal, err error) {
	dir, err := os.MkdirTemp("", "hostcfgd-")
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", c.file.Path, err)
	}
	defer os.RemoveAll(dir)
	check, file := c.file.Check, c.temp
	if check.Needs != "" {
		if err := os.MkdirAll(check.Needs, 0o755); err != nil {
			return nil, fmt.Errorf("judge %s: %w", c.file.Path, err)
		}
	}
	if check.Without != "" {
		file = filepath.Join(dir, "file")
		if err := os.WriteFile(file, []byte(without(c.content, check.Without)), 0o600); err != nil {
			return nil, fmt.Errorf("judge %s: %w", c.file.Path, err)
		}
	}
	places := strings.NewReplacer(hostfile.PlaceFile, file, hostfile.PlaceDir, dir)
	said, err := program.Until(ctx, check.Until, replaced(places, check.Env), replaced(places, check.Program)...)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case program.Missing(err):
		return errors.New(check.Program[0] + " is not installed"), nil
	case err != nil || check.Bad != "" && strings.Contains(said, check.Bad):
		return hostfile.Refusal(said, file), nil
	}
	return nil, nil
}

// without empties the lines that begin so, and keeps the numbers of the others.
func without(content, prefix string) string {
	lines := strings.Split(content, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, prefix) {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

func replaced(r *strings.Replacer, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = r.Replace(s)
	}
	return out
}
