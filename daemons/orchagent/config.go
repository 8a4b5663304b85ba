package orchagent

import (
	"flag"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "orchagent"

// Config is what the command line says.
type Config struct {
	Database string        // database_config.json
	Ready    string        // file created once everything known has been applied
	MAC      string        // of the switch; empty: DEVICE_METADATA says
	Timeout  time.Duration // for one answer of syncd
	Grace    time.Duration // for tables to fill before an earlier life's objects are removed
	Batch    int           // rows of ROUTE_TABLE taken at once
	Feedback bool          // tell in APPL_STATE_DB which routes are in the ASIC
	Log      *slog.Logger
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{
		Database: p.DatabaseConfig(),
		Ready:    p.ReadyFile(Name),
		Timeout:  time.Minute,
		Grace:    3 * time.Second,
		Batch:    2048,
	}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	fs.StringVar(&c.Database, "database-config", c.Database, "`file` that says where the databases are")
	fs.StringVar(&c.Ready, "ready-file", c.Ready, "`file` to create once everything known has been applied")
	fs.StringVar(&c.MAC, "mac", c.MAC, "MAC `address` of the switch (default from DEVICE_METADATA)")
	fs.DurationVar(&c.Timeout, "sai-timeout", c.Timeout, "longest wait for one answer of syncd")
	fs.DurationVar(&c.Grace, "grace", c.Grace, "wait for the tables to fill before objects of an earlier life are removed")
	fs.BoolVar(&c.Feedback, "route-feedback", c.Feedback, "tell in APPL_STATE_DB which routes are in the ASIC (default as DEVICE_METADATA's suppress-fib-pending)")
	fs.IntVar(&c.Batch, "batch", c.Batch, "rows of ROUTE_TABLE taken at once")
}
