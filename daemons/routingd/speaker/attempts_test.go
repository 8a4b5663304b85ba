package speaker

import (
	"testing"

	api "github.com/osrg/gobgp/v3/api"
)

// What a peer's first attempts were is forgotten with the peer, and not before.
func TestAttemptsAreForgotten(t *testing.T) {
	a := newAttempts()
	for _, addr := range []string{"10.0.0.1", "10.0.0.2"} {
		a.note(addr, api.PeerState_OPENSENT)
		a.note(addr, api.PeerState_IDLE)
	}
	a.keep(map[string]bool{"10.0.0.1": true})
	if !a.take("10.0.0.1") {
		t.Error("the attempt of a peer that is there was forgotten")
	}
	if a.take("10.0.0.2") || len(a.byAddr) != 1 {
		t.Errorf("kept: %v", a.byAddr)
	}
}
