package commit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

// A guard sees the tables that really change; what it denies is not written, and is in the journal.
func TestGuard(t *testing.T) {
	client := redistest.Start(t).Client(t)
	j := journal.Open(t.TempDir(), journal.DefaultLimits(), nil)
	noAAA := errors.New("permission denied: AAA")
	e := commit.New(client, yang.NewChecker()).Recorded(j, commit.Author{User: "alice", UID: 1000}, time.Now).Guarded(func(tables []string) error {
		if slices.Contains(tables, "AAA") {
			return noAAA
		}
		return nil
	})
	vlan := func(c *commit.Candidate) error {
		c.Set("VLAN", "Vlan100", commit.Row{"vlanid": "100"})
		return nil
	}
	if _, err := e.Change(t.Context(), commit.Added, vlan); err != nil {
		t.Fatal(err)
	}
	_, err := e.Change(t.Context(), commit.Added, func(c *commit.Candidate) error {
		c.Set("AAA", "authentication", commit.Row{"login": "local"})
		return vlan(c)
	})
	var denied *commit.DeniedError
	if !errors.As(err, &denied) || !errors.Is(err, noAAA) {
		t.Fatalf("got %v, want a denial", err)
	}
	running, err := e.Running(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := running["AAA"]; ok {
		t.Error("what was denied was written")
	}
	refusals, err := j.Denied()
	if err != nil || len(refusals) != 1 || refusals[0].Refused != noAAA.Error() || refusals[0].Author.User != "alice" {
		t.Errorf("refusals in the journal: %+v %v", refusals, err)
	}
}
