package yang

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestLibyangAgrees gives another implementation of YANG the models and a row of
// every shape of every table, right and spoilt.
func TestLibyangAgrees(t *testing.T) {
	yanglint, err := exec.LookPath("yanglint")
	if err != nil {
		t.Skip("no yanglint: install libyang2-tools")
	}
	all := minimalRows(t)
	if ok, out := accepts(t, yanglint, all); !ok {
		t.Fatalf("libyang refuses what is right: %s", out)
	}
	for _, bad := range []struct {
		table  string
		fields map[string]string
	}{
		{"PORT", map[string]string{"mtu": "9217"}},
		{"PORT", map[string]string{"lanes": ""}},
		{"VLAN_MEMBER", map[string]string{"tagging_mode": ""}},
		{"ACL_RULE", map[string]string{"MIRROR_INGRESS_ACTION": "nobody"}},
		{"BGP_GLOBALS_LISTEN_PREFIX", map[string]string{"peer_group": "nobody"}},
		{"WRED_PROFILE", map[string]string{"green_min_threshold": "8", "green_max_threshold": "7"}},
		{"POLICER", map[string]string{"pir": "1"}},
		{"MCLAG_DOMAIN", map[string]string{"keepalive_interval": "11"}},
		{"FG_NHG", map[string]string{"match_mode": "prefix-based"}},
		{"VLAN", map[string]string{"mac": "00:11"}},
	} {
		config := spoilt(t, all, bad.table, bad.fields)
		libyang, out := accepts(t, yanglint, config)
		if ours := len(errorsOf(NewChecker(), config)) == 0; libyang || ours {
			t.Errorf("%s with %v: accepted by us %v, by libyang %v %s", bad.table, bad.fields, ours, libyang, out)
		}
	}
}

// minimalRows holds a minimal row of every shape of every table.
func minimalRows(t *testing.T) Config {
	t.Helper()
	s := NewChecker().mustSchema()
	all := make(Config)
	for _, name := range slices.Sorted(maps.Keys(s.tables)) {
		for _, l := range s.tables[name].lists {
			sample := newSampler(t, s)
			sample.row(l)
			for table, rows := range sample.config {
				for key, row := range rows {
					if len(row) >= len(all[table][key]) {
						put(all, RowKey{table, key}, row)
					}
				}
			}
		}
	}
	return all
}

// spoilt changes fields of the first row of a table; an empty value takes one away.
func spoilt(t *testing.T, all Config, table string, fields map[string]string) Config {
	t.Helper()
	keys := slices.Sorted(maps.Keys(all[table]))
	if len(keys) == 0 {
		t.Fatalf("no row of %s", table)
	}
	row := maps.Clone(all[table][keys[0]])
	maps.Copy(row, fields)
	maps.DeleteFunc(row, func(_, value string) bool { return value == "" })
	config := maps.Clone(all)
	config[table] = maps.Clone(all[table])
	config[table][keys[0]] = row
	return config
}

// accepts asks libyang.
func accepts(t *testing.T, yanglint string, config Config) (bool, string) {
	t.Helper()
	data, err := NewJSON().Encode(config)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	modules, err := filepath.Glob("models/*.yang")
	if err != nil || len(modules) == 0 {
		t.Fatal("no modules", err)
	}
	args := append([]string{"-p", "models", "-t", "config"}, append(modules, file)...)
	out, err := exec.CommandContext(t.Context(), yanglint, args...).CombinedOutput()
	return err == nil && !bytes.Contains(out, []byte("err :")), string(out)
}
