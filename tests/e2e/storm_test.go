package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// stormFrames is how many frames a storm has, of stormLength bytes each: as many as a packet socket has room for.
const (
	stormFrames = 40
	stormLength = 1400
)

// storm sends a storm and counts what another host sees of it.
func storm(t *testing.T, from, at *tap, dst net.HardwareAddr, mark string) int {
	t.Helper()
	frame := append(marked(mac(30), dst, 0, mark), make([]byte, stormLength-64)...)
	at.drain(t)
	for range stormFrames {
		from.send(t, frame)
	}
	seen := 0
	for at.receive(t, quiet, func(f []byte) bool { return bytes.Contains(f, []byte(mark)) }) != nil {
		seen++
	}
	return seen
}

// TestStormControl limits what a port may bring in of each kind of traffic. The ASIC lets 18432 bytes, 13 frames, through at once.
func TestStormControl(t *testing.T) {
	l := basic(t)
	h2, h6, h7 := openTap(t, l, "h2"), openTap(t, l, "h6"), openTap(t, l, "h7")
	known := mac(31)
	h7.send(t, marked(known, broadcast, 100, "here"))
	eventually(t, soon, func() error { return learned(t, l, 100, known, "Ethernet24") })
	dsts := map[string]net.HardwareAddr{
		"broadcast": broadcast, "unknown-unicast": mac(32), "unknown-multicast": {0x01, 0x00, 0x5e, 0x01, 0x02, 0x03},
	}
	for kind, dst := range dsts {
		t.Run(kind, func(t *testing.T) {
			run(t, l, sw, "config", "interface", "storm-control", "add", "Ethernet20", kind, "8")
			defer func() {
				run(t, l, sw, "config", "interface", "storm-control", "del", "Ethernet20", kind)
				eventually(t, soon, func() error { return policers(t, l, 0) })
				if got := storm(t, h6, h2, dst, "free "+kind); got != stormFrames {
					t.Errorf("without a limit %d of %d frames come through", got, stormFrames)
				}
			}()
			eventually(t, soon, func() error { return policers(t, l, 1) })
			begin := time.Now()
			got, most := storm(t, h6, h2, dst, "storm "+kind), 18432/stormLength+1+int(time.Since(begin).Seconds()*1000/stormLength)
			if got == 0 || got > most {
				t.Errorf("%d of %d frames come through, want up to %d", got, stormFrames, most)
			}
			for other, dst := range dsts {
				if other == kind {
					continue
				}
				if got := storm(t, h6, h2, dst, "other "+other); got != stormFrames {
					t.Errorf("%d of %d %s frames come through", got, stormFrames, other)
				}
			}
			if got := storm(t, h6, h7, known, "known "+kind); got != stormFrames {
				t.Errorf("%d of %d frames to a known station come through", got, stormFrames)
			}
		})
	}
}

// policers waits until the ASIC has so many policers, which orchagent makes before it uses them and removes after.
func policers(t *testing.T, l *lab.Lab, want int) error {
	t.Helper()
	rows, err := database(t, l).DB(statedb.StateDB).All(t.Context(), "HEDDLE_OBJECT_TABLE")
	if err != nil {
		return err
	}
	got, settled := 0, true
	for key, row := range rows {
		if len(key) > 8 && key[:8] == "policer/" {
			got++
		}
		settled = settled && (key != "port/Ethernet20" || row["state"] == "applied")
	}
	if got != want || !settled {
		return fmt.Errorf("%d policers, port settled: %v", got, settled)
	}
	return nil
}
