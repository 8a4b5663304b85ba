package process

import (
	"context"
	"errors"
	"log/slog"
	"os/signal"
	"syscall"
)

// Run calls f with a context that ends on SIGINT or SIGTERM, and returns the exit code for main: 0 for a clean end, 1 for an error.
func Run(log *slog.Logger, f func(ctx context.Context) error) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	log.Info("starting")
	err := f(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Error("stopped", "err", err)
		return 1
	}
	log.Info("stopped")
	return 0
}
