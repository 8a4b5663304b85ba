package board

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func example(t *testing.T) Board {
	t.Helper()
	b, err := Find(Where{DeviceDir: "testdata/device", Platform: "x86_64-example-r0", HwSKU: "Example-32"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func lines(ports []Port) string {
	var b strings.Builder
	for _, p := range ports {
		fmt.Fprintf(&b, "%s %s lanes %s speed %d index %d subport %d fec %q\n", p.Name, p.Alias, lanesText(p.Lanes), p.Speed, p.Index, p.Subport, p.FEC)
	}
	return b.String()
}

func TestPorts(t *testing.T) {
	b := example(t)
	for _, tt := range []struct{ socket, mode, want string }{
		{"Ethernet0", "1x100G[40G]", `Ethernet0 etp1 lanes 65,66,67,68 speed 100000 index 1 subport 0 fec ""
`},
		{"Ethernet0", "4x25G[1G,10G]", `Ethernet0 etp1a lanes 65 speed 25000 index 1 subport 1 fec ""
Ethernet1 etp1b lanes 66 speed 25000 index 1 subport 2 fec ""
Ethernet2 etp1c lanes 67 speed 25000 index 1 subport 3 fec ""
Ethernet3 etp1d lanes 68 speed 25000 index 1 subport 4 fec ""
`},
		{"Ethernet0", "2x25G(2)+1x50G(2)", `Ethernet0 etp1a lanes 65 speed 25000 index 1 subport 1 fec ""
Ethernet1 etp1b lanes 66 speed 25000 index 1 subport 2 fec ""
Ethernet2 etp1c lanes 67,68 speed 50000 index 1 subport 3 fec ""
`},
		{"Ethernet8", "1x800000", `Ethernet8 etp2 lanes 1,2,3,4,5,6,7,8 speed 800000 index 2 subport 0 fec "rs"
`},
	} {
		s, _ := b.Socket(tt.socket)
		ports, err := s.Ports(tt.mode)
		if err != nil {
			t.Errorf("%s: %v", tt.mode, err)
			continue
		}
		if diff := cmp.Diff(tt.want, lines(ports)); diff != "" {
			t.Errorf("%s: %s", tt.mode, diff)
		}
	}
	s, _ := b.Socket("Ethernet8")
	if ports, err := s.Ports("8x100G"); err != nil || len(ports) != 8 || ports[7].Name != "Ethernet15" || ports[7].Lanes[0] != 8 || ports[7].FEC != "rs" {
		t.Errorf("8x100G: %v, %v", ports, err)
	}
}

func TestModesRefused(t *testing.T) {
	s, _ := example(t).Socket("Ethernet0")
	for mode, want := range map[string]string{
		"":                     `"" is not of the form`,
		"4x25":                 "unsupported breakout mode 4x25",
		"2x50G":                "unsupported breakout mode 2x50G of Ethernet0",
		"4x25G[10G":            "is not of the form",
		"0x25G":                "0 ports",
		"8x25G":                "8 ports of 25000 Mbit/s on 4 lanes",
		"1x0G":                 "1 ports of 0 Mbit/s",
		"2x25G(3)+1x50G(2)":    "needs 5 lanes, there are 4",
		"4x25G[10G,1G]+":       `"" is not of the form`,
		"1x9999999G":           "is not of the form",
		"99999999999999x1G(4)": "is not of the form",
	} {
		_, err := s.Ports(mode)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", mode, err, want)
		}
	}
	if _, err := s.Ports("2x50G"); !errors.Is(err, ErrMode) {
		t.Errorf("got %v", err)
	}
}

func TestFind(t *testing.T) {
	own := filepath.Join(t.TempDir(), "board.yaml")
	software := Where{File: own, DeviceDir: "testdata/device", Platform: "x86_64-heddle_software-r0", HwSKU: "Heddle-Software-ASIC"}
	b, err := Find(software)
	if err != nil || len(b.Sockets) != 64 || b.Sockets[63].Name != "Ethernet252" {
		t.Fatalf("%d sockets, %v", len(b.Sockets), err)
	}
	for _, s := range b.Sockets {
		if ports, err := s.Ports(s.Default); err != nil || len(ports) != 1 || ports[0].Name != s.Name {
			t.Errorf("%s: %v, %v", s.Name, ports, err)
		}
	}
	for _, w := range []Where{{File: own}, {File: own, Platform: "../.."}, {File: own, DeviceDir: "testdata/device", Platform: "x86_64-example-r0", HwSKU: "None"}} {
		if _, err := Find(w); !errors.Is(err, ErrNone) {
			t.Errorf("%+v: got %v", w, err)
		}
	}
	m, err := SoftwareModel()
	if err != nil {
		t.Fatal(err)
	}
	m.Sockets = []ModelSocket{{Name: "Ethernet7", Kind: SoftwareKinds()[2], Index: 9, Alias: "nine", Lanes: []uint32{70, 71}}}
	text, err := m.Format()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, text, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err = Find(software)
	if err != nil || len(b.Sockets) != 1 {
		t.Fatalf("%+v, %v", b, err)
	}
	ports, err := b.Sockets[0].Ports("2x25G[10G]")
	if err != nil || lines(ports) != "Ethernet7 nine/1 lanes 70 speed 25000 index 9 subport 1 fec \"\"\nEthernet8 nine/2 lanes 71 speed 25000 index 9 subport 2 fec \"\"\n" {
		t.Errorf("%s, %v", lines(ports), err)
	}
}

func TestBadBoards(t *testing.T) {
	const kinds = "kinds: {q: {default: 1x100G, modes: [1x100G, 4x25G]}}\n"
	for text, want := range map[string]string{
		"sockets: 7":   "cannot unmarshal",
		"unknown: yes": "field unknown not found",
		kinds + "sockets: [{name: Ethernet0, kind: x}]":                                                                 `no kind "x"`,
		kinds + "sockets: [{name: eth0, kind: q, lanes: [1,2,3,4]}]":                                                    "the name is not Ethernet",
		kinds + "sockets: [{name: Ethernet0, kind: q, lanes: [1,2]}]":                                                   "4 ports of 25000 Mbit/s on 2 lanes",
		kinds + "sockets: [{name: Ethernet0, kind: q, lanes: [1,2,3,4]}, {name: Ethernet4, kind: q, lanes: [4,5,6,7]}]": `lane 4 belongs to Ethernet0`,
		kinds + "sockets: [{name: Ethernet0, kind: q, lanes: [1,2,3,4]}, {name: Ethernet0, kind: q, lanes: [5,6,7,8]}]": "is there twice",
		"kinds: {q: {default: 2x50G, modes: [1x100G]}}\nsockets: [{name: Ethernet0, kind: q, lanes: [1,2,3,4]}]":        "default: unsupported breakout mode",
		"kinds: {q: {}}\nsockets: [{name: Ethernet0, kind: q, lanes: [1,2,3,4]}]":                                       "no breakout modes",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want %q", text, err, want)
		}
	}
}

func TestBadSONiCFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	if err := os.MkdirAll(filepath.Join(dir, "h"), 0o755); err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("h/hwsku.json", "{}")
	for text, want := range map[string]string{
		"{": "platform.json",
		`{"interfaces": {"Ethernet0": {"lanes": "a", "index": "1"}}}`:                                                `Ethernet0: lanes: "a" is no number`,
		`{"interfaces": {"Ethernet0": {"lanes": "1", "index": "-1"}}}`:                                               `Ethernet0: index: "-1" is no number`,
		`{"interfaces": {"Ethernet0": {"lanes": "1", "index": "1", "breakout_modes": []}}}`:                          "no object of modes",
		`{"interfaces": {"Ethernet0": {"lanes": "1,2", "index": "1,1", "breakout_modes": {"2x10G": ["one"]}}}}`:      "1 aliases for 2 ports",
		`{"interfaces": {"Ethernet0": {"lanes": "1,2", "index": "1", "breakout_modes": {"2x10G": ["one", "two"]}}}}`: "1 indexes for 2 lanes",
	} {
		put("platform.json", text)
		_, err := Find(Where{DeviceDir: filepath.Dir(dir), Platform: "p", HwSKU: "h"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want %q", text, err, want)
		}
	}
}

func FuzzMode(f *testing.F) {
	for _, mode := range []string{"1x100G[40G]", "2x25G(2)+1x50G(2)", "4x25G[10G,1G](4)", "x", "1x1["} {
		f.Add(mode, 4)
	}
	f.Fuzz(func(t *testing.T, mode string, lanes int) {
		groups, err := parseMode(mode, lanes)
		if err != nil {
			return
		}
		used := 0
		for _, g := range groups {
			used += g.lanes
			if g.ports < 1 || g.lanes < g.ports || g.speed < 1 {
				t.Errorf("%q: %+v", mode, g)
			}
		}
		if used > lanes {
			t.Errorf("%q uses %d of %d lanes", mode, used, lanes)
		}
	})
}

// TestCurrent makes the ports of each mode and finds the mode again.
func TestCurrent(t *testing.T) {
	for _, s := range example(t).Sockets {
		for _, m := range s.Modes {
			ports, err := s.Ports(m.Name)
			if err != nil {
				t.Fatal(err)
			}
			rows := map[string]map[string]string{"Ethernet500": {"lanes": "900,901"}}
			for _, p := range ports {
				rows[p.Name] = p.Row()
			}
			if got, ok := s.Current(rows); !ok || got != m.Name {
				t.Errorf("%s in %s: found %q, %v", s.Name, m.Name, got, ok)
			}
			rows[ports[0].Name]["speed"] = "1"
			if got, ok := s.Current(rows); !ok {
				t.Errorf("%s in %s at an odd speed: found %q", s.Name, m.Name, got)
			}
			delete(rows, ports[len(ports)-1].Name)
			if got, ok := s.Current(rows); ok && len(ports) == 1 {
				t.Errorf("%s without ports: found %q", s.Name, got)
			}
			rows["Ethernet501"] = map[string]string{"lanes": lanesText(s.Lanes[:1])}
			if got, ok := s.Current(rows); ok {
				t.Errorf("%s with a port of another name: found %q", s.Name, got)
			}
		}
	}
}
