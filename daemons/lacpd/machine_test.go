package lacpd

import (
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/daemons/lacpd/slow"
)

// tape is a wire that leads nowhere.
type tape struct {
	joined []int
	sent   map[int][]lacp.PDU
}

func (w *tape) Join(device int, _ ...slow.MAC) error { w.joined = append(w.joined, device); return nil }

func (w *tape) Send(device int, frame []byte) error {
	p, err := lacp.ParsePDU(slow.Payload(frame))
	w.sent[device] = append(w.sent[device], p)
	return err
}

func attrs(name string, index int, up bool) *netlink.LinkAttrs {
	at := &netlink.LinkAttrs{Name: name, Index: index, HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, 7}}
	if up {
		at.Flags, at.RawFlags = net.FlagUp, unix.IFF_UP|unix.IFF_RUNNING
	}
	return at
}

func newTestMachine(t *testing.T) (*machine, *tape) {
	wire := &tape{sent: map[int][]lacp.PDU{}}
	return newMachine(wire, nil, slog.New(slog.NewTextHandler(t.Output(), nil))), wire
}

func TestMachineDevices(t *testing.T) {
	m, wire := newTestMachine(t)
	now := time.Unix(1000, 0)
	in := configured(t, "PORTCHANNEL|PortChannel1 admin_status=up", "PORTCHANNEL_MEMBER|PortChannel1|Ethernet0")
	m.ports.Set(now, attrs("Ethernet0", 5, true))
	m.ports.Set(now, attrs("eth0", 6, true))
	m.ports.Set(now, attrs("PortChannel1", 7, true))
	m.configure(now, in.resolve(m.anyMAC(in.members)))
	if len(wire.joined) != 1 || len(wire.sent[5]) != 1 || wire.sent[5][0].Actor.System.MAC != (lacp.MAC{2, 0, 0, 0, 0, 7}) {
		t.Errorf("%+v", wire)
	}
	up := func(want bool) {
		t.Helper()
		if st, _ := m.lacp.Port("Ethernet0"); st.Up != want {
			t.Errorf("up is %v, want %v", st.Up, want)
		}
	}
	up(true)
	m.ports.Set(now, attrs("Ethernet0", 9, true)) // made anew before its end was told
	m.ports.Drop(now, 5)
	up(true)
	m.ports.Set(now, attrs("spare", 9, true)) // renamed
	up(false)
	m.ports.Set(now, attrs("Ethernet0", 9, true))
	up(true)
	m.ports.List(now, map[string]netlink.Link{})
	up(false)
	m.receive(now, 9, wire.sent[5][0].Append(nil)) // from a device that is gone
	if n := m.ports.Len(); n != 0 {
		t.Errorf("%d devices are left", n)
	}
}
