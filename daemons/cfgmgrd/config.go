package cfgmgrd

import (
	"flag"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/confirm"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/yang"
)

// Config is what the command line says.
type Config struct {
	resident.Config
	Journal string // folder of the journal of commits
	Syslog  string // socket of the system's log
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Config: resident.DefaultConfig(p, Name), Journal: p.JournalDir(), Syslog: "/dev/log"}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	c.Config.Register(fs)
	fs.StringVar(&c.Journal, "journal", c.Journal, "`folder` of the journal of commits")
	fs.StringVar(&c.Syslog, "syslog", c.Syslog, "`socket` of the system's log")
}

// keeper takes back what nobody confirms.
func keeper(cfg Config, doors resident.Doors) *confirm.Keeper {
	j := journal.Open(cfg.Journal, journal.DefaultLimits(), journal.Syslog(cfg.Syslog))
	engine := commit.New(doors.Client, yang.NewChecker()).Recorded(j, commit.Author{User: "system", Program: Name}, time.Now)
	return &confirm.Keeper{Engine: engine, Journal: j, Log: doors.Log, Now: time.Now, Pause: confirm.DefaultPause}
}
