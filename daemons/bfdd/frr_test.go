package bfdd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/tests/frr"
)

// FRR's bfdd as the other end, over one hop and several, IPv4 and IPv6. It goes up, agrees on the intervals, notices at once what is removed, and
// a dead path is noticed in the detection time.
func TestFRR(t *testing.T) {
	near, far := newBox(t), kerneltest.New(t)
	kerneltest.Cable(t, near.kernel, "Ethernet0", far, "eth0")
	kerneltest.Up(t, near.kernel, "Ethernet0")
	for _, p := range []string{"10.0.0.%d/24", "fc00::%d/64"} {
		kerneltest.Address(t, near.kernel, "Ethernet0", fmt.Sprintf(p, 1))
		kerneltest.Address(t, far, "eth0", fmt.Sprintf(p, 2))
	}
	const timers = "\n  detect-multiplier 3\n  receive-interval 50\n  transmit-interval 50\n exit\n"
	router := frr.Start(t, far, "bfd\n peer 10.0.0.1 interface eth0"+timers+" peer fc00::1 multihop local-address fc00::2"+timers, nil, "bfdd")
	const quick = " tx_interval=50 rx_interval=50 multiplier=3"
	near.want("default:default:10.0.0.2 local_addr=10.0.0.1" + quick)
	near.want("default:default:fc00::2 local_addr=fc00::1 multihop=true" + quick)
	near.start()
	up := map[string]string{"default|default|10.0.0.2": "Up", "default|default|fc00::2": "Up"}
	eventually(t, "up", up, near.states)
	eventually(t, "agreed", "150000 150000", func() string {
		rows := near.rows("BFD_SESSION_TABLE")
		return rows["default|default|10.0.0.2"]["detection_time_us"] + " " + rows["default|default|fc00::2"]["detection_time_us"]
	})
	eventually(t, "FRR's view", 2, func() int { return strings.Count(router.Do("show bfd peers brief"), " up ") })

	near.want("default:default:fc00::2 local_addr=fc00::1 multihop=true admin_status=down" + quick)
	eventually(t, "FRR sees the shutdown", true, func() bool {
		out := router.Do("show bfd peer fc00::1 multihop local-address fc00::2")
		return strings.Contains(out, "Status: down") && strings.Contains(out, "Remote diagnostics: administratively down")
	})
	router.Do("configure terminal", "bfd", "peer 10.0.0.1 interface eth0", "shutdown")
	eventually(t, "FRR shuts down", "Down, Admin_Down", func() string {
		row := near.rows("BFD_SESSION_TABLE")["default|default|10.0.0.2"]
		return row["state"] + ", " + row["remote_state"]
	})
	router.Do("configure terminal", "bfd", "peer 10.0.0.1 interface eth0", "no shutdown")
	eventually(t, "FRR is back", "Up", func() string { return near.states()["default|default|10.0.0.2"] })

	cut := time.Now()
	if err := far.LinkSetDown(kerneltest.Link(t, far, "eth0")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "dead path", "control detection time expired", func() string { return near.rows("BFD_SESSION_TABLE")["default|default|10.0.0.2"]["local_diag"] })
	t.Logf("found after %v", time.Since(cut))
}
