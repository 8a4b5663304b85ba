package resident

import (
	"context"
	"flag"
	"log/slog"

	"github.com/heddle-nos/heddle/daemons/loglevel"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Config is what the command line says.
type Config struct {
	Name     string // of the daemon
	Database string // database_config.json
	Ready    string // file created once the daemon has caught up with the state of the switch
	Log      *slog.Logger
}

// DefaultConfig takes the places of the switch for the daemon of that name.
func DefaultConfig(p paths.Paths, name string) Config {
	return Config{Name: name, Database: p.DatabaseConfig(), Ready: p.ReadyFile(name)}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	fs.StringVar(&c.Database, "database-config", c.Database, "`file` that says where the databases are")
	fs.StringVar(&c.Ready, "ready-file", c.Ready, "`file` to create once the state of the switch has been caught up with")
}

// Doors are open while a daemon works.
type Doors struct {
	Client *statedb.Client
	Kernel *kernel.Kernel // of the network namespace that the process was started in
	Log    *slog.Logger
	Ready  func() error // to be called once, when the daemon has caught up
	// Progress is told how far the daemon has come with the configuration.
	Progress *progress.Teller
}

// Run opens the doors, lets the daemon work until ctx ends or it fails, and closes them.
func Run(ctx context.Context, cfg Config, work func(context.Context, Doors) error) error {
	if err := process.NotReady(cfg.Ready); err != nil {
		return err
	}
	dbs, err := statedb.LoadConfig(cfg.Database)
	if err != nil {
		return err
	}
	client, err := statedb.Open(dbs, cfg.Log)
	if err != nil {
		return err
	}
	defer client.Close()
	defer loglevel.Follow(ctx, client, cfg.Log)()
	k, err := kernel.Here()
	if err != nil {
		return err
	}
	defer k.Close()
	told := progress.New(client, cfg.Name, cfg.Log)
	defer told.Start(ctx)()
	return work(ctx, Doors{Client: client, Kernel: k, Log: cfg.Log, Ready: func() error { return process.Ready(cfg.Ready) }, Progress: told})
}
