package syncd

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name.
const Name = "syncd"

// profileSocket is where the software ASIC's library finds asicd. Other
// libraries do not ask for it.
const profileSocket = "HEDDLE_ASIC_SOCKET"

// Opener loads a SAI library. The closer ends it.
type Opener func(path string, profile map[string]string, log *slog.Logger) (asic hardware.ASIC, closer func() error, err error)

// Config is what syncd needs to run.
type Config struct {
	Database string            // database_config.json
	Ready    string            // file created once requests are served
	Library  string            // the SAI library
	Profile  map[string]string // what the library can ask for by key
	Open     Opener            // loads Library
	Patience time.Duration     // how long to wait for the ASIC at start
	Async    bool              // create, remove and set are not answered, for clients in asynchronous mode
	Hang     time.Duration     // how long a request may take before the log says that it still runs
	Record   string            // file to which requests, answers and notifications are appended; empty: none
	Log      *slog.Logger
}

// DefaultConfig is the configuration of the only switch of a machine.
func DefaultConfig(p paths.Paths) Config {
	return Config{
		Database: p.DatabaseConfig(),
		Ready:    p.ReadyFile(Name),
		Library:  "libsai.so",
		Profile:  map[string]string{profileSocket: p.AsicSocket()},
		Patience: 30 * time.Second,
		Hang:     10 * time.Second,
	}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	fs.StringVar(&c.Database, "database-config", c.Database, "`file` that says where the databases are")
	fs.StringVar(&c.Ready, "ready-file", c.Ready, "`file` to create once requests are served")
	fs.StringVar(&c.Library, "libsai", c.Library, "SAI `library` to load")
	fs.Func("profile", "`key=value` that the library can ask for; may be repeated", c.addProfile)
	fs.DurationVar(&c.Patience, "patience", c.Patience, "longest wait for the ASIC at start")
	fs.BoolVar(&c.Async, "async", c.Async, "do not answer create, remove and set")
	fs.StringVar(&c.Record, "record", c.Record, "`file` to which requests, answers and notifications are appended")
	fs.DurationVar(&c.Hang, "hang", c.Hang, "log requests that take longer")
}

func (c *Config) addProfile(pair string) error {
	key, value, ok := strings.Cut(pair, "=")
	if !ok || key == "" {
		return fmt.Errorf("%q is not key=value", pair)
	}
	c.Profile[key] = value
	return nil
}

// openPause is the pause between attempts to open the ASIC.
const openPause = 200 * time.Millisecond

// open loads the library; the ASIC may come up after syncd.
func (c *Config) open(ctx context.Context) (hardware.ASIC, func() error, error) {
	deadline := time.Now().Add(c.Patience)
	for first := true; ; first = false {
		asic, closer, err := c.Open(c.Library, c.Profile, c.Log)
		if err == nil {
			return asic, closer, nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return hardware.ASIC{}, nil, fmt.Errorf("open asic: %w", err)
		}
		if first {
			c.Log.Warn("waiting for the asic", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(openPause):
		}
	}
}
