package speaker_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

// TestDynamicLimit: above the limit connections are closed at once; a place that becomes free is another's.
func TestDynamicLimit(t *testing.T) {
	a, _, port := acceptStrangers(t)
	a.clean(a.set("BGP_GLOBALS|default max_dynamic_neighbors=2"))
	one := meetStranger(t, "127.1.0.1", port)
	meetStranger(t, "127.1.0.2", port)
	refused := func(from string) bool {
		d := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		conn, err := d.DialContext(t.Context(), "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		n, _ := io.ReadFull(conn, make([]byte, 1))
		return n == 0
	}
	if !refused("127.1.0.3") {
		t.Error("a third neighbour gets an answer")
	}
	if !a.established("127.0.0.2") {
		t.Error("the configured neighbour counts")
	}
	a.clean(a.set("BGP_GLOBALS|default max_dynamic_neighbors=3"))
	if refused("127.1.0.3") {
		t.Error("the third neighbour is refused below the limit")
	}
	wait(t, "who sent no OPEN is forgotten", func() bool {
		known := false
		err := a.speaker.Answer(t.Context(), bgpview.Query{Ask: bgpview.AskNeighbors}, func(b bgpview.Answer) error {
			known = known || slices.ContainsFunc(b.Neighbors, func(n bgpview.Neighbor) bool { return n.Address == "127.1.0.3" })
			return nil
		})
		return err == nil && !known
	})
	a.clean(a.set("BGP_GLOBALS|default max_dynamic_neighbors=2"))
	_ = one.conn.Close()
	wait(t, "the first has gone and the third may come", func() bool { return !refused("127.1.0.3") })
}
