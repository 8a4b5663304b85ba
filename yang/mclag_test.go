package yang

import "testing"

// What the operator's next command can complete is incomplete, not wrong.
func TestMCLAGNamesWhatComesLater(t *testing.T) {
	c := Config{
		"MCLAG_DOMAIN":    {"1": {"source_ip": "10.0.0.1", "peer_ip": "10.0.0.2", "peer_link": "PortChannel1"}},
		"MCLAG_INTERFACE": {"1|PortChannel2": {"if_type": "PortChannel"}},
	}
	found := NewChecker().Check(c)
	if len(found) != 2 {
		t.Fatalf("problems %v, want two", found)
	}
	for _, p := range found {
		if !p.Incomplete {
			t.Errorf("%v is wrong, want incomplete", p)
		}
	}
	c["PORTCHANNEL"] = map[string]map[string]string{"PortChannel1": {"admin_status": "up"}, "PortChannel2": {"admin_status": "up"}}
	if found := NewChecker().Check(c); len(found) != 0 {
		t.Errorf("problems %v, want none", found)
	}
}
