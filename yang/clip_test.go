package yang

import (
	"strings"
	"testing"
)

// TestProblemIsALine: a value of megabytes does not make a message of them.
func TestProblemIsALine(t *testing.T) {
	config := Config{"VLAN": {"Vlan20": {"vlanid": "20", "description": strings.Repeat("ä", 4<<20)}}}
	found := NewChecker().Check(config)
	if len(found) != 1 {
		t.Fatalf("found %d problems", len(found))
	}
	if s := found[0].String(); len(s) > 1000 || !strings.Contains(s, "VLAN|Vlan20 description") || !strings.HasSuffix(s, "characters, want 1 to 255") {
		t.Errorf("%d bytes: %.100s ... %s", len(s), s, s[len(s)-50:])
	}
}
