package stpd

import (
	"flag"

	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "stpd"

// Config is what the command line says.
type Config struct {
	resident.Config
	ShortCosts bool   // path costs by speed as IEEE 802.1D-1998 has them, in 16 bits
	Journal    string // folder of the journal of commits
	Syslog     string // socket of the system's log
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Config: resident.DefaultConfig(p, Name), Journal: p.JournalDir(), Syslog: "/dev/log"}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	c.Config.Register(fs)
	fs.BoolVar(&c.ShortCosts, "short-path-costs", c.ShortCosts, "derive path costs from speeds as IEEE 802.1D-1998 does, for old neighbours")
	fs.StringVar(&c.Journal, "journal", c.Journal, "`folder` of the journal of commits")
	fs.StringVar(&c.Syslog, "syslog", c.Syslog, "`socket` of the system's log")
}
