package chrony

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

const longest = 10 * time.Second // that chronyc may take

// Tracking tells how exact the clock is, and whom it follows.
func Tracking(ctx context.Context) (string, error) { return ask(ctx, "chronyc", "-n", "tracking") }

// Sources lists whom the clock could follow.
func Sources(ctx context.Context) (string, error) { return ask(ctx, "chronyc", "-n", "sources") }

func ask(ctx context.Context, argv ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("chronyc is not installed")
	case err != nil:
		return "", fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}
