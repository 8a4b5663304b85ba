package topology

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExample(t *testing.T) {
	top, err := Load("../../../docs/examples/one-switch.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sw, _ := top.Switch("sw1")
	if len(sw.Ports) != 8 || sw.Ports[1].Name != "Ethernet4" || !cmp.Equal(sw.Ports[1].Lanes, []int{5, 6, 7, 8}) {
		t.Errorf("ports: %+v", sw.Ports)
	}
	if len(top.Hosts) != 5 || len(top.Links) != 5 {
		t.Errorf("got %d hosts and %d links", len(top.Hosts), len(top.Links))
	}
	h1, _ := top.Host("h1")
	if v4, ok := h1.Address(false); !ok || v4.String() != "192.0.2.1" || h1.Interfaces[0].VLAN != 100 {
		t.Errorf("h1: %+v", h1)
	}
}

func TestFabricExample(t *testing.T) {
	top, err := Load("../../../docs/examples/fabric.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(top.Switches) != 6 || len(top.Hosts) != 9 || len(top.Links) != 17 || top.Pull != "spine1" {
		t.Errorf("got %d switches, %d hosts and %d links, pull %q", len(top.Switches), len(top.Hosts), len(top.Links), top.Pull)
	}
	wan, _ := top.Host("wan")
	if !wan.Forward || !strings.Contains(string(wan.FRR), "router bgp 65900") {
		t.Errorf("wan: %+v", wan)
	}
}

func TestInlineConfigIsCompleted(t *testing.T) {
	top, err := Parse([]byte(`
name: x
switches:
  s: {ports: 2, config: {VLAN: {Vlan10: {vlanid: 10}}, VLAN_MEMBER: {"Vlan10|Ethernet0": }}}
`), "")
	if err != nil {
		t.Fatal(err)
	}
	var config configDB
	if err := json.Unmarshal(top.Switches[0].Config, &config); err != nil {
		t.Fatal(err)
	}
	if got := config["VLAN"]["Vlan10"]["vlanid"]; got != "10" {
		t.Errorf("vlanid is %#v", got)
	}
	if got := config["PORT"]["Ethernet4"]["lanes"]; got != "5,6,7,8" {
		t.Errorf("lanes are %#v", got)
	}
	if got := config["DEVICE_METADATA"]["localhost"]["mac"]; got != top.Switches[0].MAC {
		t.Errorf("mac is %#v, not %s", got, top.Switches[0].MAC)
	}
	if config["VLAN_MEMBER"]["Vlan10|Ethernet0"] == nil {
		t.Error("a row without fields became null")
	}
}

func TestRefused(t *testing.T) {
	const sw = "name: x\nswitches: {s: {ports: 2}}\n"
	for _, c := range []struct{ name, yaml, want string }{
		{"empty", "", "is empty"},
		{"unknown field", "nmae: x", "field nmae not found"},
		{"no node", "name: x", "has neither switch nor host"},
		{"bad lab name", "name: X\nswitches: {s: {ports: 1}}", `"X" is no name`},
		{"no ports", "name: x\nswitches: {s: {}}", "switch s: ports is 0"},
		{"host is switch", sw + "hosts: {s: {}}", "s is a switch and a host"},
		{"bad vlan", sw + `hosts: {h: {link: "s:Ethernet0", vlan: 4095}}`, "host h: interface eth0: vlan 4095"},
		{"bad address", sw + `hosts: {h: {link: "s:Ethernet0", addresses: [10.0.0.1]}}`, `address "10.0.0.1"`},
		{"bad gateway", sw + `hosts: {h: {link: "s:Ethernet0", gateways: [x]}}`, `gateway "x"`},
		{"route of two families", sw + `hosts: {h: {link: "s:Ethernet0", routes: [{to: 10.0.0.0/8, via: "::1"}]}}`, "no gateway of its family"},
		{"no such port", sw + `hosts: {h: {link: "s:Ethernet8"}}`, "switch s has no such port"},
		{"pull of no switch", sw + "pull: t", `pull: there is no switch "t"`},
		{"no configuration of FRR", sw + `hosts: {h: {link: "s:Ethernet0", frr: none.conf}}`, "host h: frr: open"},
		{"no such node", sw + `hosts: {h: {link: "t:Ethernet8"}}`, "no such node"},
		{"port used twice", sw + `hosts: {g: {link: "s:Ethernet0"}, h: {link: "s:Ethernet0"}}`, "already linked to g:eth0"},
		{"linked to nothing", sw + `hosts: {h: {addresses: [10.0.0.1/8]}}`, "linked to nothing"},
		{"one end", sw + `links: [["s:Ethernet0"]]`, "does not have two ends"},
		{"missing config", "name: x\nswitches: {s: {config: nowhere.json}}", "nowhere.json"},
		{"bad lanes", "name: x\nswitches: {s: {config: {PORT: {Ethernet0: {lanes: a}}}}}", `PORT Ethernet0: lane "a"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.yaml), t.TempDir())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("../../../docs/examples/one-switch.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte("name: x\nswitches: {s: {ports: 2}}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if top, err := Parse(content, t.TempDir()); err == nil && len(top.Switches) == 0 {
			t.Error("a topology without a switch")
		}
	})
}

// A link may lead to a port that there is only once its socket is broken out.
func TestLinkToBrokenOutPort(t *testing.T) {
	top, err := Parse([]byte(`
name: x
switches: {s: {ports: 2}}
hosts: {a: {link: "s:Ethernet0"}, b: {link: "s:Ethernet6"}}
`), "")
	if err != nil {
		t.Fatal(err)
	}
	s := top.Switches[0]
	if !cmp.Equal(s.Ports[1].Breakout, []string{"", "p1-2", ""}) || !cmp.Equal(s.Ports[0].Breakout, []string{"", "", ""}) {
		t.Errorf("devices: %+v", s.Ports)
	}
	if d, ok := s.Device("Ethernet6"); !ok || d != "p1-2" {
		t.Errorf("behind Ethernet6 is %q", d)
	}
	var config configDB
	if err := json.Unmarshal(s.Config, &config); err != nil {
		t.Fatal(err)
	}
	if got := config["BREAKOUT_CFG"]["Ethernet4"]["brkout_mode"]; got != "1x100G[40G]" {
		t.Errorf("Ethernet4 is in mode %v", got)
	}
	if _, err := Parse([]byte("name: x\nswitches: {s: {ports: 2}}\nhosts: {a: {link: 's:Ethernet8'}}"), ""); err == nil {
		t.Error("a lane that no socket has is taken")
	}
}
