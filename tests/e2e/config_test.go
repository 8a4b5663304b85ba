package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestBadConfigIsRefused loads configurations with one fault each: the error names it, and nothing changes.
func TestBadConfigIsRefused(t *testing.T) {
	l := basic(t)
	starts := programStarts(t, l)
	for _, c := range []struct {
		name, content string
		says          []string
	}{
		{"bad value", `{"VLAN": {"Vlan5000": {"vlanid": "5000"}}}`, []string{"VLAN", "Vlan5000"}},
		{"bad field", `{"PORT": {"Ethernet0": {"mtu": "soup"}}}`, []string{"PORT", "Ethernet0", "mtu"}},
		{"dangling reference", `{"VLAN_MEMBER": {"Vlan999|Ethernet28": {"tagging_mode": "tagged"}}}`, []string{"VLAN_MEMBER", "Vlan999"}},
		{"truncated", `{"VLAN": {"Vlan300": {"vlanid": "30`, []string{"JSON"}},
		{"wrong shape", `{"VLAN": ["Vlan300"]}`, []string{"VLAN"}},
		{"half good", `{"VLAN": {"Vlan300": {"vlanid": "300"}, "Vlan301": {"vlanid": "abc"}}}`, []string{"Vlan301"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := configuration(t, l)
			_, err := l.Output(t.Context(), sw, "config", "load", "-y", writeFile(t, c.content))
			if err == nil {
				t.Error("was accepted")
			} else {
				for _, word := range c.says {
					if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(word)) {
						t.Errorf("the error does not say %s: %v", word, err)
					}
				}
			}
			if diff := cmp.Diff(before, configuration(t, l)); diff != "" {
				t.Errorf("CONFIG_DB changed (-before +after):\n%s", diff)
			}
		})
	}
	unharmed(t, l)
	if diff := cmp.Diff(starts, programStarts(t, l)); diff != "" {
		t.Errorf("programs were started again (-before +after):\n%s", diff)
	}
}

// TestUnknownTableIsNamed loads a table that nobody knows: it is kept, because others may know it, and named.
func TestUnknownTableIsNamed(t *testing.T) {
	l := basic(t)
	file := writeFile(t, `{"VLAM": {"Vlan300": {"vlanid": "300"}}}`)
	out := run(t, l, sw, "sh", "-c", "config load -y "+file+" 2>&1")
	defer database(t, l).DB(statedb.ConfigDB).Delete(t.Context(), "VLAM", "Vlan300")
	if err := contains(out, "VLAM", "unknown table"); err != nil {
		t.Error(err)
	}
	unharmed(t, l)
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config_db.json")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// configuration is the whole of CONFIG_DB.
func configuration(t *testing.T, l *lab.Lab) map[string]map[string]string {
	t.Helper()
	rdb := database(t, l).DB(statedb.ConfigDB).Redis()
	keys, err := rdb.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, key := range keys {
		if kind, err := rdb.Type(t.Context(), key).Result(); err != nil || kind != "hash" {
			continue
		}
		if all[key], err = rdb.HGetAll(t.Context(), key).Result(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestBadRowIsSkipped writes bad rows past the checks, as a foreign program may: the rest of the switch works on.
func TestBadRowIsSkipped(t *testing.T) {
	l := basic(t)
	starts := programStarts(t, l)
	db := database(t, l).DB(statedb.ConfigDB)
	bad := map[string]map[string]string{
		"VLAN":           {"Vlan9999": "vlanid", "soup": "vlanid"},
		"VLAN_MEMBER":    {"Vlan100": "tagging_mode", "Vlan777|Ethernet28": "tagging_mode"},
		"INTERFACE":      {"Ethernet28|300.1.2.3/99": "NULL", "Ethernet999": "NULL"},
		"STATIC_ROUTE":   {"not a prefix": "nexthop", "10.0.0.0/8": "nexthop"},
		"VLAN_INTERFACE": {"Vlan100|banana": "NULL"},
	}
	for table, rows := range bad {
		for key, field := range rows {
			if err := db.Set(t.Context(), table, key, statedb.Fields{field: "\x00garbage\xff"}); err != nil {
				t.Fatal(err)
			}
			defer db.Delete(t.Context(), table, key)
		}
	}
	eventually(t, soon, func() error {
		rows, err := database(t, l).DB(statedb.StateDB).All(t.Context(), "HEDDLE_CONFIG_ERROR")
		if _, found := rows["STATIC_ROUTE|not a prefix"]; err == nil && !found {
			return fmt.Errorf("the bad route is not reported: %v", rows)
		}
		return err
	})
	checkStillProgrammable(t, l)
	unharmed(t, l)
	if diff := cmp.Diff(starts, programStarts(t, l)); diff != "" {
		t.Errorf("programs were started again (-before +after):\n%s", diff)
	}
}

// TestCommandsReachTheWire changes a VLAN by command and looks at the wire.
func TestCommandsReachTheWire(t *testing.T) {
	l := basic(t)
	h5, h6 := openTap(t, l, "h5"), openTap(t, l, "h6")
	arrives := func(mark string) bool {
		h6.send(t, marked(mac(20), broadcast, 0, mark))
		return h5.receive(t, quiet, hasMark(0, mark)) != nil
	}
	if arrives("apart") {
		t.Fatal("VLANs are not isolated")
	}
	run(t, l, sw, "config", "vlan", "member", "del", "100", "Ethernet20")
	run(t, l, sw, "config", "vlan", "member", "add", "-u", "200", "Ethernet20")
	defer func() {
		run(t, l, sw, "config", "vlan", "member", "del", "200", "Ethernet20")
		run(t, l, sw, "config", "vlan", "member", "add", "-u", "100", "Ethernet20")
		h2 := openTap(t, l, "h2")
		eventually(t, soon, func() error {
			h6.send(t, marked(mac(20), broadcast, 0, "home"))
			return expect(h2.receive(t, quiet, hasMark(0, "home")) != nil, "the port is not back in its VLAN")
		})
	}()
	eventually(t, soon, func() error { return expect(arrives("together"), "the port is not in its new VLAN") })
}

// TestNoTrace takes a lab down and looks for what is left.
func TestNoTrace(t *testing.T) {
	l := beside(t, "testdata/two.yaml", "trace")
	if err := l.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range l.Topology.Switches {
		for _, place := range []string{l.Paths(s.Name).RunDir, l.Paths(s.Name).BPFDir()} {
			if _, err := os.Stat(place); err == nil {
				t.Errorf("%s is left", place)
			}
		}
	}
	names, err := lab.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name == l.Topology.Name {
			t.Errorf("lab %s is still listed", name)
		}
	}
}
