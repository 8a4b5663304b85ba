package interop_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// TestBMP exports a session and its routes to a collector on the switch (RFC 7854).
func TestBMP(t *testing.T) {
	d := newSwitch(t, device65001, fmt.Sprintf("BGP_NEIGHBOR|default|10.0.0.2 asn=%d passive_mode=true", strangerAS), "BMP|table bgp_neighbor_table=true bgp_rib_in_table=true")
	far := d.cable(0)
	var collector net.Listener
	if err := d.kernel.Inside(func() (err error) {
		collector, err = net.Listen("tcp4", "127.0.0.1:5000")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	came := make(chan byte, 1000)
	go collect(collector, came)
	d.start("routingd")
	s := d.meet(far, "10.0.0.2", "10.0.0.1")
	s.send(msgUpdate, update(good(), nlri(victim)...))
	const routeMonitoring, peerDown, peerUp, initiation = 0, 2, 3, 4
	wait := func(what string, kind byte) {
		t.Helper()
		for deadline := time.After(patience); ; {
			select {
			case got := <-came:
				if got == kind {
					return
				}
			case <-deadline:
				t.Fatalf("no %s", what)
			}
		}
	}
	wait("initiation", initiation)
	wait("peer up", peerUp)
	wait("route monitoring", routeMonitoring)
	_ = s.conn.Close()
	wait("peer down", peerDown)
}

// collect tells the types of the messages that come to a collector.
func collect(l net.Listener, came chan<- byte) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		for {
			head := make([]byte, 6) // version, length, type (RFC 7854 section 4.1)
			if _, err := io.ReadFull(conn, head); err != nil || head[0] != 3 {
				break
			}
			if _, err := io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(head[1:]))-6); err != nil {
				break
			}
			came <- head[5]
		}
		conn.Close()
	}
}
