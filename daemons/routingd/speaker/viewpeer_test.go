package speaker_test

import (
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
)

// Longer messages are offered (RFC 8654), and the commands can tell by name.
func TestExtendedMessageIsShown(t *testing.T) {
	if !speaker.Withholds() {
		t.Skip("the library is not repaired: make programs")
	}
	a, _ := pair(t)
	if got := a.view("127.0.0.2").Capabilities; !slices.Contains(got, bgpview.Capability{Name: "extended message", Advertised: true, Received: true}) {
		t.Errorf("capabilities are %v", got)
	}
}
