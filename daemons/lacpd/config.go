package lacpd

import (
	"flag"
	"log/slog"

	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "lacpd"

// defaultPriority is that of a system and its ports where nobody cares, as teamd has them.
const (
	defaultSystemPriority = 65535
	defaultPortPriority   = 255
)

// Config is what the command line says.
type Config struct {
	Database       string // database_config.json
	Ready          string // file created once the state of all port channels is in the tables
	SystemPriority uint   // the smaller one decides in the protocol; 0 to 65535
	Log            *slog.Logger
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Database: p.DatabaseConfig(), Ready: p.ReadyFile(Name), SystemPriority: defaultSystemPriority}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	fs.StringVar(&c.Database, "database-config", c.Database, "`file` that says where the databases are")
	fs.StringVar(&c.Ready, "ready-file", c.Ready, "`file` to create once the state of all port channels is in the tables")
	fs.UintVar(&c.SystemPriority, "system-priority", c.SystemPriority, "LACP system `priority`, 0 to 65535")
}
