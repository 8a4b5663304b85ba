package syncd

import (
	"context"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Config is what syncd needs to run.
type Config struct {
	// Database is the state database of the switch.
	Database *statedb.Client
	// Open loads the SAI library. It is tried again until the ASIC answers or
	// Patience is over; the closer it returns ends the library.
	Open func(ctx context.Context) (hardware.ASIC, func() error, error)
	// Patience is how long to wait for the ASIC at start; default 30 s.
	Patience time.Duration
	// Async leaves create, remove and set without an answer, for clients that
	// run sairedis in asynchronous mode.
	Async bool
	// Hang is how long a request may take before the log says that it still
	// runs; default 10 s.
	Hang time.Duration
	// Serving is called once requests are served; optional.
	Serving func() error
	Log     *slog.Logger
}

const (
	defaultPatience = 30 * time.Second
	defaultHang     = 10 * time.Second
	openPause       = 200 * time.Millisecond
)

func (c Config) withDefaults() Config {
	if c.Patience <= 0 {
		c.Patience = defaultPatience
	}
	if c.Hang <= 0 {
		c.Hang = defaultHang
	}
	if c.Serving == nil {
		c.Serving = func() error { return nil }
	}
	return c
}
