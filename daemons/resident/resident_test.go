package resident_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/loglevel"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// place gives a daemon its files: the databases of a real Redis, and a mark that an earlier run has left.
func place(t *testing.T) resident.Config {
	dir := t.TempDir()
	cfg := resident.Config{
		Database: filepath.Join(dir, "database_config.json"),
		Ready:    filepath.Join(dir, "ready"),
		Log:      slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	if err := redistest.Start(t).Config().Write(cfg.Database); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cfg.Ready, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestRunOpensTheDoors(t *testing.T) {
	cfg := place(t)
	ended := errors.New("ended")
	err := resident.Run(t.Context(), cfg, func(ctx context.Context, doors resident.Doors) error {
		if _, err := os.Stat(cfg.Ready); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a daemon that has just begun passes for ready: %v", err)
		}
		if err := doors.Client.Ping(ctx); err != nil {
			t.Error(err)
		}
		if err := doors.Ready(); err != nil {
			t.Error(err)
		}
		return ended
	})
	if !errors.Is(err, ended) {
		t.Errorf("run: %v", err)
	}
	if _, err := os.Stat(cfg.Ready); err != nil {
		t.Errorf("the daemon said that it is ready, and nobody can see it: %v", err)
	}
}

func TestRunNamesAMissingFile(t *testing.T) {
	cfg := place(t)
	cfg.Database = filepath.Join(t.TempDir(), "nowhere.json")
	err := resident.Run(t.Context(), cfg, func(context.Context, resident.Doors) error {
		t.Error("worked without databases")
		return nil
	})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("run: %v", err)
	}
}

// TestRunFollowsTheLogLevel: what LOGGER says holds while the daemon works.
func TestRunFollowsTheLogLevel(t *testing.T) {
	cfg := place(t)
	var flags process.Log
	flags.Format = "text"
	cfg.Log = flags.Logger(io.Discard, "stpd")
	_, level, _ := process.Level(cfg.Log)
	ended := errors.New("ended")
	err := resident.Run(t.Context(), cfg, func(ctx context.Context, doors resident.Doors) error {
		if err := doors.Client.DB(statedb.ConfigDB).Set(ctx, loglevel.Table, "stpd", statedb.Fields{loglevel.Field: "DEBUG"}); err != nil {
			return err
		}
		for end := time.Now().Add(2 * time.Minute); level.Level() != slog.LevelDebug; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				return errors.New("the level stays as it was")
			}
		}
		return ended
	})
	if !errors.Is(err, ended) {
		t.Errorf("run: %v", err)
	}
}
