package yang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDependents(t *testing.T) {
	config := Config{
		"PORT":               {"Ethernet0": {"lanes": "1", "speed": "1000"}, "Ethernet4": {"lanes": "2", "speed": "1000"}},
		"PORTCHANNEL":        {"PortChannel1": {"admin_status": "up"}},
		"PORTCHANNEL_MEMBER": {"PortChannel1|Ethernet0": {}},
		"VLAN":               {"Vlan5": {"vlanid": "5"}},
		"VLAN_MEMBER":        {"Vlan5|Ethernet0": {"tagging_mode": "tagged"}, "Vlan5|PortChannel1": {"tagging_mode": "tagged"}},
		"INTERFACE":          {"Ethernet0": {}, "Ethernet0|10.0.0.1/24": {}, "Ethernet4": {}},
		"ACL_TABLE":          {"A": {"ports@": "Ethernet0,Ethernet4,PortChannel1", "type": "L3", "stage": "ingress"}},
		"ACL_RULE":           {"A|R": {"PRIORITY": "1"}},
		"BREAKOUT_CFG":       {"Ethernet0": {"brkout_mode": "1x1G"}},
		"UNKNOWN":            {"Ethernet0": {"port": "Ethernet0"}},
	}
	list, err := NewChecker().Dependents(config, "PORT", "Ethernet0")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%s|%s %s", d.Table, d.Key, strings.TrimSpace(d.Field+" "+d.Value)))
	}
	want := []string{
		"ACL_TABLE|A ports@ Ethernet0", "INTERFACE|Ethernet0 Ethernet0", "INTERFACE|Ethernet0|10.0.0.1/24 Ethernet0",
		"PORTCHANNEL_MEMBER|PortChannel1|Ethernet0 Ethernet0", "VLAN_MEMBER|Vlan5|Ethernet0 Ethernet0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Without them the rest may stand as it is.
	delete(config["PORT"], "Ethernet0")
	for _, d := range list {
		if d.InKey() {
			delete(config[d.Table], d.Key)
		}
	}
	config["ACL_TABLE"]["A"]["ports@"] = "Ethernet4,PortChannel1"
	for _, p := range NewChecker().Check(config) {
		if !p.Warning {
			t.Error(p)
		}
	}
	if list, err := NewChecker().Dependents(config, "PORT", "Ethernet8"); err != nil || len(list) != 0 {
		t.Errorf("nothing refers to a port that is not there, but %v, %v", list, err)
	}
}
