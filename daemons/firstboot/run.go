package firstboot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/platform/board"
	"github.com/heddle-nos/heddle/yang"
)

// Name is the program's.
const Name = "config-setup"

// Config says where things are.
type Config struct {
	Paths      paths.Paths
	Machine    string // machine.conf
	Management string // the management port, whose MAC address is the switch's
	Syslog     string // socket of the system's log
	Log        *slog.Logger
}

// Run lays the saved configuration over the running one and completes it. If none was saved and none is running, it saves what it made.
func Run(ctx context.Context, cfg Config) error {
	saved, err := commit.ReadFile(cfg.Paths.ConfigFile())
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return err
	}
	id, err := identify(cfg.Machine, cfg.Paths.DevDir, cfg.Management)
	if err != nil {
		return err
	}
	client, err := open(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	engine := commit.New(client, yang.NewChecker()).Recorded(cfg.journal(), commit.Author{User: "system", Program: Name}, time.Now)
	running, err := engine.Running(ctx)
	if err != nil {
		return err
	}
	why := "the saved configuration"
	if missing {
		why = "no configuration is saved: made from the board"
	}
	made, err := setUp(ctx, engine, why, saved, id, cfg)
	if err != nil || !missing || len(running) > 0 {
		return err
	}
	cfg.Log.Info("first configuration saved", "file", cfg.Paths.ConfigFile())
	return commit.WriteFile(cfg.Paths.ConfigFile(), made)
}

func (c Config) journal() *journal.Journal {
	return journal.Open(c.Paths.JournalDir(), journal.DefaultLimits(), journal.Syslog(c.Syslog))
}

func open(cfg Config) (*statedb.Client, error) {
	databases, err := statedb.LoadConfig(cfg.Paths.DatabaseConfig())
	if errors.Is(err, fs.ErrNotExist) {
		databases, err = statedb.DefaultConfig(cfg.Paths.RedisSocket()), nil
	}
	if err != nil {
		return nil, err
	}
	return statedb.Open(databases, cfg.Log)
}

// setUp makes the configuration in one transaction, and gives it.
func setUp(ctx context.Context, engine *commit.Engine, why string, saved commit.Config, id Identity, cfg Config) (made commit.Config, err error) {
	r, err := engine.Commit(ctx, commit.Request{Mode: commit.Whole, Comment: why, Edit: func(c *commit.Candidate) error {
		for table, rows := range saved {
			for key, row := range rows {
				c.Set(table, key, row)
			}
		}
		describe(c, id)
		err := fromBoard(c, cfg)
		made = c.Config()
		return err
	}})
	if r.Unrecorded != nil {
		cfg.Log.Warn("the configuration is not in the journal", "err", r.Unrecorded)
	}
	for _, p := range r.Warnings {
		cfg.Log.Warn("configuration", "problem", p.String())
	}
	if err != nil {
		return nil, fmt.Errorf("set up configuration: %w", err)
	}
	cfg.Log.Info("configuration set up", "rows", len(r.Changes))
	return made, nil
}

// fromBoard completes a configuration from the board that it names. Without a board it stays as it is.
func fromBoard(c *commit.Candidate, cfg Config) error {
	device, _ := c.Row(tableDevice, keyDevice)
	b, err := board.Find(board.Where{File: cfg.Paths.BoardFile(), DeviceDir: cfg.Paths.DevDir, Platform: device["platform"], HwSKU: device["hwsku"]})
	if errors.Is(err, board.ErrNone) {
		cfg.Log.Warn("ports are not known", "err", err)
		return nil
	}
	if err != nil {
		return err
	}
	return complete(c, b)
}
