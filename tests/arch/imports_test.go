package arch_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mayImport says which top-level folders a top-level folder may import, besides
// itself. Tests and measurements stand outside the product and see all of it.
var mayImport = map[string][]string{
	"cmd":      {"daemons", "hal", "sai", "yang", "platform", "internal"},
	"daemons":  {"hal", "sai", "yang", "platform", "internal"},
	"platform": {"hal", "sai", "internal"},
	"hal":      {"sai", "internal"},
	"sai":      {},
	"yang":     {},
	"internal": {},
	"images":   {"platform", "internal"},
}

// daemonLibraries are packages under daemons that other daemons may use.
var daemonLibraries = []string{"daemons/bgpview", "daemons/commit", "daemons/badrow", "daemons/resident", "daemons/loglevel", "daemons/progress", "daemons/tacacs", "daemons/linkproto", "daemons/vlandev"}

// starters may start other programs; everything else uses libraries.
var starters = []string{"daemons/lab", "daemons/cli/pager", "daemons/cli/chrony", "daemons/cli/vtysh", "daemons/hostcfgd/program", "internal/statedb/redistest", "internal/tools", "tests", "bench", "images"}

func outsideProduct(path string) bool {
	switch top(path) {
	case "tests", "bench":
		return true
	}
	return under(path, "internal/tools") || strings.Contains(path, "/internal/tools/")
}

func TestDependencyDirection(t *testing.T) {
	for _, p := range packages(t) {
		if outsideProduct(p.path()) {
			continue
		}
		allowed := mayImport[top(p.path())]
		for _, imported := range p.ownImports() {
			if top(imported) != top(p.path()) && !slices.Contains(allowed, top(imported)) {
				t.Errorf("%s imports %s: %s may import only %v", p.path(), imported, top(p.path()), allowed)
			}
		}
	}
}

func TestDaemonsDoNotImportEachOther(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.ownImports() {
			if top(p.path()) != "daemons" || top(imported) != "daemons" {
				continue
			}
			if daemonOf(p.path()) != daemonOf(imported) && !slices.Contains(daemonLibraries, daemonOf(imported)) {
				t.Errorf("%s imports %s: daemons meet in the database", p.path(), imported)
			}
		}
	}
}

// daemonOf cuts a place under daemons to the daemon itself.
func daemonOf(path string) string {
	parts := strings.SplitN(path, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func TestFeaturesDoNotImportEachOther(t *testing.T) {
	const features = "daemons/orchagent/feature/"
	for _, p := range packages(t) {
		mine, ok := strings.CutPrefix(p.path(), features)
		if !ok {
			continue
		}
		for _, imported := range p.ownImports() {
			if other, ok := strings.CutPrefix(imported, features); ok && top(other) != top(mine) {
				t.Errorf("feature %s imports feature %s: features meet in tables and object keys", mine, other)
			}
		}
	}
}

// TestStructsOfModelsStayApart: yang/configdb reads a large schema at start, which
// a command or a daemon that knows its rows must not pay for.
func TestStructsOfModelsStayApart(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(p.ownImports(), "yang/configdb") && !under(p.path(), "daemons/gnmid") {
			t.Errorf("%s imports yang/configdb: only gnmid may", p.path())
		}
	}
}

func TestCgoOnlyInLibsai(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.CgoFiles) > 0 && !under(p.path(), "sai/libsai") {
			t.Errorf("%s uses cgo: only sai/libsai may", p.path())
		}
	}
}

func TestOnlyLabAndToolsStartPrograms(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.Contains(p.Imports, "os/exec") {
			continue
		}
		if !slices.ContainsFunc(starters, func(folder string) bool { return under(p.path(), folder) }) {
			t.Errorf("%s starts programs: use a library", p.path())
		}
	}
}

// protocolWord matches what internal must know nothing of. Ethernet hardware
// offloads are named after VLANs and are no protocol.
var protocolWord = regexp.MustCompile(`(?i)\b\w*(vlan|bgp)\w*\b`)

func TestInternalKnowsNoProtocol(t *testing.T) {
	for _, p := range packages(t) {
		if top(p.path()) != "internal" || outsideProduct(p.path()) || under(p.path(), "internal/ethtool") {
			continue
		}
		for _, file := range p.sources() {
			if word := protocolWord.Find(withoutComments(t, file)); word != nil {
				t.Errorf("%s: %q: internal knows no VLAN and no BGP", file, word)
			}
		}
	}
}

func withoutComments(t *testing.T, file string) []byte {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?m)//.*$`).ReplaceAll(source, nil)
}
