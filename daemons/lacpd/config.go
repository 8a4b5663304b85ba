package lacpd

import (
	"flag"

	"github.com/heddle-nos/heddle/daemons/resident"
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
	resident.Config
	SystemPriority uint // the smaller one decides in the protocol; 0 to 65535
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Config: resident.DefaultConfig(p, Name), SystemPriority: defaultSystemPriority}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	c.Config.Register(fs)
	fs.UintVar(&c.SystemPriority, "system-priority", c.SystemPriority, "LACP system `priority`, 0 to 65535")
}
