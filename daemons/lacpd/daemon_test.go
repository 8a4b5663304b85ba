package lacpd

import (
	"bytes"
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lacpd/slow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func TestAggregates(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t)
	a.start()
	a.uses("disabled", "disabled", "down")
	stop := b.start()
	a.uses("enabled", "enabled", "up")
	b.uses("enabled", "enabled", "up")
	a.becomes(a.state(), schema.StateTableLAGMember, map[string]statedb.Fields{
		"PortChannel1|Ethernet0": memberRow(t, a, "Ethernet0", "1"), "PortChannel1|Ethernet4": memberRow(t, a, "Ethernet4", "5"),
	})

	// Neither end notices that one starts again.
	before, beforeB := a.taken(), b.taken()
	stop()
	stop = b.start()
	time.Sleep(5 * time.Second) // longer than a fast partner waits for a LACPDU
	a.uses("enabled", "enabled", "up")
	b.uses("enabled", "enabled", "up")
	if after, afterB := a.taken(), b.taken(); after != before || afterB != beforeB {
		t.Errorf("a restart of one end wrote %d rows here and %d there", afterB-beforeB, after-before)
	}

	if err := a.kernel.LinkSetDown(kerneltest.Link(t, a.kernel, "Ethernet4")); err != nil {
		t.Fatal(err)
	}
	cut := time.Now()
	a.uses("enabled", "disabled", "up")
	b.uses("enabled", "disabled", "up")
	t.Logf("link loss told at both ends after %v", time.Since(cut))
	kerneltest.Up(t, a.kernel, "Ethernet4")
	a.uses("enabled", "enabled", "up")

	stop() // and what changes meanwhile is found
	b.set("PORTCHANNEL", "PortChannel1", "min_links", "3")
	b.start()
	b.uses("enabled", "enabled", "down")
	b.set("PORTCHANNEL", "PortChannel1", "min_links", "2")
	b.uses("enabled", "enabled", "up")
}

// memberRow is what a teamd would say of a good link.
func memberRow(t *testing.T, b *box, port, number string) statedb.Fields {
	t.Helper()
	at := kerneltest.Link(t, b.kernel, port).Attrs()
	return statedb.Fields{
		"ifinfo.dev_addr": at.HardwareAddr.String(), "ifinfo.ifindex": strconv.Itoa(at.Index),
		"link.up": "true", "link_watches.list.link_watch_0.up": "true",
		"runner.actor_lacpdu_info.system": "02:00:00:00:00:01", "runner.actor_lacpdu_info.system_priority": "65535",
		"runner.actor_lacpdu_info.key": "10001", "runner.actor_lacpdu_info.port": number,
		"runner.actor_lacpdu_info.port_priority": "255", "runner.actor_lacpdu_info.state": "63",
		"runner.partner_lacpdu_info.system": "02:00:00:00:00:02", "runner.partner_lacpdu_info.system_priority": "65535",
		"runner.partner_lacpdu_info.key": "10001", "runner.partner_lacpdu_info.port": number,
		"runner.partner_lacpdu_info.port_priority": "255", "runner.partner_lacpdu_info.state": "63",
		"runner.aggregator.id": "1", "runner.aggregator.selected": "true", "runner.selected": "true", "runner.state": "current",
	}
}

// Redis is away for longer than the protocol would forgive: the links stay.
func TestOutlivesRedis(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t)
	a.start()
	b.start()
	a.uses("enabled", "enabled", "up")
	b.uses("enabled", "enabled", "up")
	before := b.taken()
	a.srv.Stop(t)
	time.Sleep(5 * time.Second) // with the fast rate, three are enough
	a.srv.RestartEmpty(t)
	a.configure("02:00:00:00:00:01")
	a.uses("enabled", "enabled", "up")
	if after := b.taken(); after != before {
		t.Errorf("the partner saw %d changes", after-before)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t)
	a.start()
	b.start()
	a.uses("enabled", "enabled", "up")
	b.uses("enabled", "enabled", "up")
	a.set("PORTCHANNEL", "PortChannel2", "admin_status", "sideways")
	a.set("PORTCHANNEL_MEMBER", "PortChannel3|Ethernet8")
	a.set("PORTCHANNEL", "PortChannel4", "admin_status", "up")
	a.set("PORTCHANNEL_MEMBER", "PortChannel4|Ethernet0")
	a.becomes(a.state(), "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{
		"PORTCHANNEL|PortChannel2":                  {"field": "admin_status", "value": "sideways", "error": `admin status "sideways" is not one of up, down`},
		"PORTCHANNEL_MEMBER|PortChannel3|Ethernet8": {"field": "", "value": "", "error": "PortChannel3 does not exist"},
		"PORTCHANNEL_MEMBER|PortChannel4|Ethernet0": {"field": "", "value": "", "error": "Ethernet0 is a member of PortChannel1"},
	})
	a.del("PORTCHANNEL", "PortChannel2")
	a.del("PORTCHANNEL_MEMBER", "PortChannel3|Ethernet8")
	a.del("PORTCHANNEL_MEMBER", "PortChannel4|Ethernet0")
	a.del("PORTCHANNEL", "PortChannel4")
	a.becomes(a.state(), "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{})

	a.del("PORTCHANNEL_MEMBER", "PortChannel1|Ethernet4")
	b.uses("enabled", "disabled", "up")
	a.set("PORTCHANNEL", "PortChannel1", "admin_status", "down")
	b.uses("disabled", "disabled", "down")
	a.set("PORTCHANNEL", "PortChannel1", "admin_status", "up", "lacp_key", "77")
	b.uses("enabled", "disabled", "up")
	a.del("PORTCHANNEL_MEMBER", "PortChannel1|Ethernet0")
	a.del("PORTCHANNEL", "PortChannel1")
	b.uses("disabled", "disabled", "down")
	a.becomes(a.appl(), schema.AppTableLAG, map[string]statedb.Fields{})
	a.becomes(a.appl(), schema.AppTableLAGMember, map[string]statedb.Fields{})
	a.becomes(a.state(), schema.StateTableLAG, map[string]statedb.Fields{})
	a.becomes(a.state(), schema.StateTableLAGMember, map[string]statedb.Fields{})
}

// A device may come late, and come again with another index.
func TestDevices(t *testing.T) {
	t.Parallel()
	a, b := newBox(t, "02:00:00:00:00:01"), newBox(t, "02:00:00:00:00:02")
	a.start()
	b.start()
	a.uses("disabled", "disabled", "down")
	for range 2 {
		kerneltest.Cable(t, a.kernel, "Ethernet0", b.kernel, "Ethernet0")
		kerneltest.Up(t, a.kernel, "Ethernet0")
		a.uses("enabled", "disabled", "up")
		b.uses("enabled", "disabled", "up")
		if err := a.kernel.LinkDel(kerneltest.Link(t, a.kernel, "Ethernet0")); err != nil {
			t.Fatal(err)
		}
		a.uses("disabled", "disabled", "down")
		b.uses("disabled", "disabled", "down")
	}
}

func TestMarkerAnswered(t *testing.T) {
	t.Parallel()
	a, far := newBox(t, "02:00:00:00:00:01"), kerneltest.New(t)
	kerneltest.Cable(t, a.kernel, "Ethernet0", far, "eth0")
	kerneltest.Up(t, a.kernel, "Ethernet0")
	a.start()
	var s *linkproto.Socket
	if err := far.Inside(func() (err error) { s, err = slow.Open(); return err }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, done := make(chan linkproto.Received, 100), make(chan error, 1)
	go func() { done <- s.Receive(ctx, got) }()
	defer func() { cancel(); <-done }()

	marker := append([]byte{2, 1, 1, 16, 0, 5, 1, 2, 3, 4, 5, 6, 0, 0, 0, 42}, make([]byte, 94)...)
	index := kerneltest.Link(t, far, "eth0").Attrs().Index
	for range 20 {
		for _, frame := range [][]byte{marker, {1}, {1, 1, 1, 20}, bytes.Repeat([]byte{0xff}, 1400)} {
			if err := s.Send(index, slow.Frame(slow.MAC{2, 0, 0, 0, 0, 9}, frame)); err != nil {
				t.Fatal(err)
			}
		}
	}
	answers := 0
	for timeout := time.After(1500 * time.Millisecond); ; {
		select {
		case f := <-got:
			if slow.Payload(f.Frame)[0] == 2 {
				answers++
			}
			continue
		case <-timeout:
		}
		break
	}
	if answers < 1 || answers > 10 {
		t.Errorf("%d answers to 20 markers at once, 5 a second are right", answers)
	}
}
