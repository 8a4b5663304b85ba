package hostcfgd

import (
	"flag"
	"path/filepath"

	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/tacacs/broker"
	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "hostcfgd"

// Config is what the command line says.
type Config struct {
	resident.Config
	Root string // of the host's files; another than "/" is a picture of a host, whose services do not run
	Owed string // directory of marks of services that have not been told of a change

	Broker string // socket at which programs ask TACACS+ servers about commands
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Config: resident.DefaultConfig(p, Name), Root: "/", Owed: filepath.Join(p.RunDir, Name), Broker: p.Socket(broker.Name)}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	c.Config.Register(fs)
	fs.StringVar(&c.Root, "root", c.Root, "`directory` that the host's files are below; services are told only below /")
	fs.StringVar(&c.Broker, "broker", c.Broker, "unix `socket` at which programs ask TACACS+ servers about commands; only below /")
	fs.StringVar(&c.Owed, "state-dir", c.Owed, "`directory` for notes of services that are to be told")
}
