package statedb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestConfigRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sonic-db", "database_config.json")
	want := statedb.DefaultConfig("/run/redis.sock")
	must(t, want.Write(path))
	got, err := statedb.LoadConfig(path)
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got.Databases["STATE_DB"] != (statedb.Database{ID: 6, Separator: "|", Instance: "redis"}) {
		t.Errorf("STATE_DB: %+v", got.Databases["STATE_DB"])
	}
}

func TestConfigRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"truncated":        {`{"INSTANCES": {"redis"`, "unexpected end"},
		"no instance":      {`{}`, "no INSTANCES"},
		"nowhere":          {`{"INSTANCES":{"redis":{}}}`, "instance redis: neither"},
		"unknown instance": {`{"INSTANCES":{"r":{"unix_socket_path":"/s"}},"DATABASES":{"APPL_DB":{"id":0,"separator":":","instance":"x"}}}`, `database APPL_DB: unknown instance "x"`},
		"no separator":     {`{"INSTANCES":{"r":{"unix_socket_path":"/s"}},"DATABASES":{"APPL_DB":{"id":0,"instance":"r"}}}`, `separator ""`},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "database_config.json")
			must(t, os.WriteFile(path, []byte(c.text), 0o600))
			if _, err := statedb.LoadConfig(path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
