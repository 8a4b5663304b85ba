package routingd

import (
	"flag"
	"log/slog"

	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "routingd"

// Config is what the command line says.
type Config struct {
	Database string // database_config.json
	Ready    string // file created once all routes have been written
	Log      *slog.Logger
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Database: p.DatabaseConfig(), Ready: p.ReadyFile(Name)}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	fs.StringVar(&c.Database, "database-config", c.Database, "`file` that says where the databases are")
	fs.StringVar(&c.Ready, "ready-file", c.Ready, "`file` to create once all routes have been written")
}
