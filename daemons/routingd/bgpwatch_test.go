package routingd

import (
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/liveness"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// How each kind of neighbour is watched.
func TestHowNeighboursAreWatched(t *testing.T) {
	w := newPeerWatch(liveness.New(redistest.Start(t).Client(t), slog.New(slog.NewTextHandler(t.Output(), nil)), partBGP))
	known := nearby{
		"":        {netip.MustParsePrefix("10.0.0.0/31"): netip.MustParseAddr("10.0.0.0"), netip.MustParsePrefix("10.0.0.0/8"): netip.MustParseAddr("10.9.9.9")},
		"Vrf-red": {netip.MustParsePrefix("fc00::/64"): netip.MustParseAddr("fc00::1")},
	}
	rows := make(bgpconf.Rows)
	for _, line := range []string{
		"DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1",
		"BGP_NEIGHBOR|default|10.0.0.1 asn=65002 bfd=true", "BGP_NEIGHBOR|default|10.0.0.3 asn=65002",
		"BGP_NEIGHBOR|default|10.0.0.5 asn=65002 bfd=true admin_status=down", "BGP_NEIGHBOR|default|192.0.2.1 asn=65001 bfd=true local_addr=10.1.0.1",
		"BGP_NEIGHBOR|default|192.0.2.2 asn=65002 bfd=true ebgp_multihop=true", "BGP_NEIGHBOR|default|192.0.2.3 asn=65002 bfd=true ttl_security_hops=1",
		"BGP_NEIGHBOR|default|192.0.2.4 asn=65002 bfd=true ttl_security_hops=3", "BGP_PEER_GROUP|default|LEAVES peer_type=external bfd=true",
		"BGP_NEIGHBOR|default|Ethernet0 peer_group_name=LEAVES", "BGP_NEIGHBOR|default|Ethernet4 peer_group_name=LEAVES",
		"BGP_GLOBALS_LISTEN_PREFIX|default|198.51.100.0/24 peer_group=LEAVES",
		"BGP_NEIGHBOR|Vrf-red|fc00::2 asn=65001 bfd=true",
	} {
		op := rowOp(line)
		table, key, _ := strings.Cut(op.Key, "|")
		rows.Set(table, key, op.Fields)
	}
	d := bgpconf.Resolve(rows)
	for _, p := range d.Problems {
		t.Errorf("%s|%s: %v", p.Table, p.Key, p.Err)
	}
	d.Instances[""].Peers["Ethernet0"].Addr = netip.MustParseAddr("fe80::9%Ethernet0")
	asked := w.ask(d, known, map[speaker.PeerName]string{{Key: "198.51.100.7"}: established, {Key: "198.51.100.8"}: "Active", {Key: "10.0.0.1"}: established})
	if !w.ranges {
		t.Error("no range is watched")
	}
	got := make(map[string]string)
	for key, s := range asked {
		got[key.Join("|")] = fmt.Sprintf("%v %t", s.Local, s.Multihop)
	}
	want := map[string]string{
		"default|default|10.0.0.1": "10.0.0.0 false", "default|default|192.0.2.1": "10.1.0.1 true", "default|default|192.0.2.2": "invalid IP true",
		"default|default|192.0.2.3": "invalid IP false", "default|default|192.0.2.4": "invalid IP true", "default|Ethernet0|fe80::9": "invalid IP false",
		"default|default|198.51.100.7": "invalid IP false", "Vrf-red|default|fc00::2": "fc00::1 false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A session is down for a moment after every loss, for as long as the neighbour is silent, but not for ever.
func TestHoldOff(t *testing.T) {
	for _, c := range []struct {
		state liveness.State
		since time.Duration
		cut   bool
	}{
		{liveness.Up, briefly / 2, true}, {liveness.Up, 2 * briefly, false}, {liveness.Failed, 2 * briefly, true}, {liveness.Failed, 2 * holdOff, false},
		{liveness.Shut, 2 * briefly, false},
	} {
		if got := (verdict{state: c.state}).holds() > c.since; got != c.cut {
			t.Errorf("state %d, lost %v ago: cut %t", c.state, c.since, got)
		}
	}
}

// TestBGPWithBFD loses a neighbour to BFD, which the test plays, and finds it again; first one that is configured, then one out of a range.
func TestBGPWithBFD(t *testing.T) {
	for _, rows := range [][]string{
		{"BGP_NEIGHBOR|127.0.0.2 asn=65002 local_addr=127.0.0.1 bfd=true"},
		{"BGP_PEER_GROUP|default|ALL peer_type=external local_addr=127.0.0.1 bfd=true", "BGP_GLOBALS_LISTEN_PREFIX|default|127.0.0.0/24 peer_group=ALL"},
	} {
		t.Run(rows[0][:9], func(t *testing.T) { loseAndFind(t, rows) })
	}
}

func loseAndFind(t *testing.T, rows []string) {
	b, port := newBench(t), freePort(t)
	config, state := b.client.DB(statedb.ConfigDB), b.client.DB(statedb.StateDB)
	for _, line := range append(rows, "DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1") {
		op := rowOp(line)
		table, key, _ := strings.Cut(op.Key, "|")
		row := op.Map()
		if table != "DEVICE_METADATA" {
			row["peer_port"] = fmt.Sprint(port)
		}
		b.ok(config.Replace(t.Context(), table, key, row))
	}
	neighbour(t, port)
	dir := t.TempDir()
	cfg := Config{
		Port: port, Listen: []netip.Addr{netip.MustParseAddr("127.0.0.1")},
		Sockets: func(name string) string { return filepath.Join(dir, name+".sock") },
	}
	stop := residenttest.Start(t, b.client, b.kernel, cfg.work)
	session := func() string { return field(t, state, "NEIGH_STATE_TABLE", "127.0.0.2", "state") }
	within(t, "the session before BFD says anything", established, session)
	asked := func() string {
		return field(t, b.appl(), "_BFD_SESSION_TABLE", "default:default:127.0.0.2", "tx_interval")
	}
	within(t, "what bfdd is asked", "300", asked)
	say := func(name, diag string) {
		row := statedb.Fields{"state": name, "remote_state": name, "local_diag": diag}
		b.ok(state.Replace(t.Context(), "BFD_SESSION_TABLE", "default|default|127.0.0.2", row))
	}
	say("Up", "none")
	within(t, "what commands show", "Up", func() string { return bfdState(t, cfg.viewSocket(), "127.0.0.2") })
	say("Down", "control detection time expired")
	within(t, "the session ends", "false", func() string { return fmt.Sprint(session() == established) })
	say("Up", "none")
	within(t, "the session is back", established, session)
	within(t, "BFD is asked again", "300", asked)
	stop()
	say("Down", "control detection time expired") // while we are away: no loss that we have seen
	residenttest.Start(t, b.client, b.kernel, cfg.work)
	within(t, "the session after a restart", established, session)
}

// bfdState is what a command is told of BFD with a neighbour.
func bfdState(t *testing.T, socket, neighbor string) string {
	t.Helper()
	got := ""
	err := bgpview.Ask(t.Context(), socket, bgpview.Query{Ask: bgpview.AskNeighbors, Neighbor: neighbor}, func(a bgpview.Answer) error {
		for _, n := range a.Neighbors {
			if n.BFD != nil {
				got = n.BFD.State
			}
		}
		return nil
	})
	if err != nil {
		return err.Error()
	}
	return got
}
