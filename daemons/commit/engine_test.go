package commit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

// anything is a checker that has no objection.
type anything struct{}

func (anything) Check(yang.Config) []yang.Problem { return nil }

func (anything) CheckChange(_, _ yang.Config, _ []yang.RowKey) []yang.Problem { return nil }

func running(t testing.TB, e *commit.Engine) commit.Config {
	t.Helper()
	c, err := e.Running(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestReloadAndLoad(t *testing.T) {
	e := commit.New(redistest.Start(t).Client(t), yang.NewChecker())
	first := commit.Config{
		"PORT": {"Ethernet0": {"lanes": "0", "speed": "1000", "adv_speeds@": "10,100"}},
		"VLAN": {"Vlan100": {"vlanid": "100"}, "Vlan200": {}},
	}
	if _, err := e.Reload(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, running(t, e)); d != "" {
		t.Fatalf("after reload (-want +got):\n%s", d)
	}
	r, err := e.Load(t.Context(), commit.Config{"PORT": {"Ethernet0": {"mtu": "9000"}}, "VLAN": {"Vlan200": {"vlanid": "200"}}})
	if err != nil || len(r.Changes) != 2 {
		t.Fatalf("load: %v, %v", r, err)
	}
	first["PORT"]["Ethernet0"]["mtu"] = "9000"
	first["VLAN"]["Vlan200"]["vlanid"] = "200"
	if d := cmp.Diff(first, running(t, e)); d != "" {
		t.Fatalf("after load (-want +got):\n%s", d)
	}
}

// TestEventsAreNotKept: what daemons publish is judged and no row of CONFIG_DB.
func TestEventsAreNotKept(t *testing.T) {
	e := commit.New(redistest.Start(t).Client(t), yang.NewChecker())
	vlan := commit.Table{"Vlan100": {"vlanid": "100"}}
	r, err := e.Load(t.Context(), commit.Config{"VLAN": vlan, "if-state": {"": {"ifname": "Ethernet0", "status": "up"}}})
	if err != nil || len(r.Changes) != 1 || len(r.Warnings) != 1 {
		t.Fatalf("load: %+v, %v", r, err)
	}
	if d := cmp.Diff(commit.Config{"VLAN": vlan}, running(t, e)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if r, err := e.Load(t.Context(), commit.Config{"if-state": {"": {"status": "up"}}}); err != nil || len(r.Changes) != 0 || r.Number != 0 {
		t.Errorf("an event alone: %+v, %v", r, err)
	}
	if _, err := e.Load(t.Context(), commit.Config{"if-state": {"": {"status": "away"}}}); err == nil {
		t.Error("an event that is wrong is accepted")
	}
}

func TestInvalidChangesNothing(t *testing.T) {
	e := commit.New(redistest.Start(t).Client(t), yang.NewChecker())
	good := commit.Config{"VLAN": {"Vlan100": {"vlanid": "100"}}}
	if _, err := e.Reload(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	_, err := e.Reload(t.Context(), commit.Config{"VLAN": {"Vlan300": {"vlanid": "300"}, "Vlan301": {"mtu": "1"}}, "VLAN_MEMBER": {"Vlan300|Ethernet0": {"tagging_mode": "tagged"}}})
	var invalid *commit.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("reload: %v, want InvalidError", err)
	}
	if d := cmp.Diff(good, running(t, e)); d != "" {
		t.Errorf("the configuration changed (-want +got):\n%s", d)
	}
}

func TestAddedRefusesOnlyNewProblems(t *testing.T) {
	client := redistest.Start(t).Client(t)
	db := client.DB(statedb.ConfigDB)
	if err := db.Set(t.Context(), "VLAN_MEMBER", "Vlan5|Ethernet9", statedb.Fields{"tagging_mode": "tagged"}); err != nil {
		t.Fatal(err)
	}
	e := commit.New(client, yang.NewChecker())
	add := func(vlan string) error {
		_, err := e.Change(t.Context(), commit.Added, func(c *commit.Candidate) error {
			c.Replace("VLAN", vlan, commit.Row{"vlanid": "7"})
			return nil
		})
		return err
	}
	if err := add("Vlan7"); err != nil {
		t.Errorf("a dangling row of somebody else stops a good change: %v", err)
	}
	var invalid *commit.InvalidError
	if err := add("Vlan8"); !errors.As(err, &invalid) || len(invalid.Problems) != 1 {
		t.Errorf("got %v, want one problem", err)
	}
}

func TestEditErrorChangesNothing(t *testing.T) {
	e := commit.New(redistest.Start(t).Client(t), anything{})
	refused := errors.New("refused")
	_, err := e.Change(t.Context(), commit.Added, func(c *commit.Candidate) error {
		c.Set("VLAN", "Vlan7", commit.Row{"vlanid": "7"})
		return refused
	})
	if !errors.Is(err, refused) || len(running(t, e)) != 0 {
		t.Errorf("got %v and %v", err, running(t, e))
	}
}

func TestOnlyFieldsThatDifferAreWritten(t *testing.T) {
	client := redistest.Start(t).Client(t)
	rdb := client.DB(statedb.ConfigDB).Redis()
	if err := rdb.HSet(t.Context(), "LOOPBACK_INTERFACE|Loopback0", "NULL", "NULL").Err(); err != nil {
		t.Fatal(err)
	}
	e := commit.New(client, anything{})
	set := func(row commit.Row) {
		t.Helper()
		_, err := e.Change(t.Context(), commit.Added, func(c *commit.Candidate) error {
			c.Replace("LOOPBACK_INTERFACE", "Loopback0", row)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set(commit.Row{"admin_status": "up"})
	want := map[string]string{"NULL": "NULL", "admin_status": "up"} // as SONiC's own tools leave it
	if d := cmp.Diff(want, rdb.HGetAll(t.Context(), "LOOPBACK_INTERFACE|Loopback0").Val()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	set(commit.Row{})
	if got := running(t, e)["LOOPBACK_INTERFACE"]["Loopback0"]; got == nil || len(got) != 0 {
		t.Errorf("got %v, want an empty row", got)
	}
}

// TestTwoWriters lets engines and a foreign writer count in one row at once:
// every engine's change must survive, whoever wins.
func TestTwoWriters(t *testing.T) {
	server := redistest.Start(t)
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for w := range writers {
		e := commit.New(server.Client(t), anything{})
		wg.Go(func() {
			for i := range each {
				for {
					_, err := e.Change(t.Context(), commit.Added, func(c *commit.Candidate) error {
						c.SetField("SHARED", "row", fmt.Sprintf("%d.%d", w, i), "x")
						c.Replace("OWN", fmt.Sprintf("%d.%d.%d", w, i, len(c.Keys("OWN"))), commit.Row{})
						return nil
					})
					if err == nil {
						break
					}
					if !errors.Is(err, commit.ErrConflict) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	c := running(t, commit.New(server.Client(t), anything{}))
	if n := len(c["SHARED"]["row"]); n != writers*each {
		t.Errorf("%d fields, want %d", n, writers*each)
	}
	counts := make(map[string]bool)
	for key := range c["OWN"] { // each change saw all those before it
		var w, i, n int
		if _, err := fmt.Sscanf(key, "%d.%d.%d", &w, &i, &n); err != nil {
			t.Fatal(err)
		}
		counts[fmt.Sprint(n)] = true
	}
	if len(counts) != writers*each {
		t.Errorf("%d different views, want %d", len(counts), writers*each)
	}
}

func TestForeignWriterCausesRetry(t *testing.T) {
	client := redistest.Start(t).Client(t)
	db := client.DB(statedb.ConfigDB)
	e := commit.New(client, anything{})
	tries := 0
	_, err := e.Change(t.Context(), commit.Added, func(c *commit.Candidate) error {
		if tries++; tries == 1 { // a row that did not exist when the candidate was made
			if err := db.Set(t.Context(), "VLAN", "Vlan7", statedb.Fields{"mtu": "1500"}); err != nil {
				return err
			}
		}
		c.SetField("VLAN", "Vlan7", "vlanid", "7")
		return nil
	})
	if err != nil || tries != 2 {
		t.Fatalf("%d tries, %v; want 2", tries, err)
	}
	want := commit.Config{"VLAN": {"Vlan7": {"mtu": "1500", "vlanid": "7"}}}
	if d := cmp.Diff(want, running(t, e)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestAnyToAny reloads any configuration after any other.
func TestAnyToAny(t *testing.T) {
	e := commit.New(redistest.Start(t).Client(t), anything{})
	rapid.Check(t, func(rt *rapid.T) {
		want := drawConfig(rt)
		if _, err := e.Reload(context.Background(), want); err != nil {
			rt.Fatal(err)
		}
		got, err := e.Running(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatalf("(-want +got):\n%s", d)
		}
	})
}

func TestOtherKeysAreLeftAlone(t *testing.T) {
	client := redistest.Start(t).Client(t)
	rdb := client.DB(statedb.ConfigDB).Redis()
	rdb.Set(t.Context(), "CONFIG_DB_INITIALIZED", "1", 0)
	rdb.LPush(t.Context(), "ODD|list", "x")
	e := commit.New(client, anything{})
	if _, err := e.Reload(t.Context(), commit.Config{"A": {"k": {}}}); err != nil {
		t.Fatal(err)
	}
	if n := rdb.Exists(t.Context(), "CONFIG_DB_INITIALIZED", "ODD|list").Val(); n != 2 {
		t.Errorf("%d of 2 foreign keys are left", n)
	}
}

func TestFileIsReplacedWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "etc", "config_db.json")
	want := commit.Config{"VLAN": {"Vlan100": {"vlanid": "100"}}}
	for range 2 {
		if err := commit.WriteFile(path, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := commit.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%v left in the directory, %v", entries, err)
	}
}
