package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Ready marks that a daemon serves: it creates file, whose content is the process id. An empty name is no mark.
func Ready(file string) error {
	if file == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("mark ready: %w", err)
	}
	if err := os.WriteFile(file, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644); err != nil {
		return fmt.Errorf("mark ready: %w", err)
	}
	return nil
}

// NotReady takes the mark away; a daemon calls it as it starts, so that the mark of an earlier run deceives nobody.
func NotReady(file string) error {
	if file == "" {
		return nil
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear ready mark: %w", err)
	}
	return nil
}

// WaitReady polls until file exists or ctx ends.
func WaitReady(ctx context.Context, file string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(file); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", file, ctx.Err())
		case <-tick.C:
		}
	}
}
