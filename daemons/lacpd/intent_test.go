package lacpd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// row reads "TABLE|key field=value ...".
func row(t testing.TB, text string) (string, statedb.KeyOp) {
	t.Helper()
	words := strings.Fields(text)
	table, key, _ := strings.Cut(words[0], "|")
	op := statedb.KeyOp{Key: key}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		op.Fields = append(op.Fields, statedb.Field{Name: name, Value: value})
	}
	return table, op
}

func configured(t testing.TB, rows ...string) *intent {
	in := newIntent(1000)
	for _, text := range rows {
		table, op := row(t, text)
		in.take(table, op)
	}
	return in
}

func TestResolve(t *testing.T) {
	in := configured(t,
		"DEVICE_METADATA|localhost mac=00:11:22:33:44:55 bgp_asn=none",
		"PORTCHANNEL|PortChannel0001 admin_status=up min_links=2 fallback=True fast_rate=true lacp_key=auto",
		"PORTCHANNEL|PortChannel9999 admin_status=down lacp_key=7 system_mac=00:00:00:00:00:09",
		"PORTCHANNEL_MEMBER|PortChannel0001|Ethernet0",
		"PORTCHANNEL_MEMBER|PortChannel0001|Ethernet120",
		"PORTCHANNEL_MEMBER|PortChannel9999|Ethernet4",
	)
	p := in.resolve(schema.MAC{})
	system := lacp.SystemID{Priority: 1000, MAC: lacp.MAC{0, 0x11, 0x22, 0x33, 0x44, 0x55}}
	lags := map[schema.PortChannelName]lacp.LAGConfig{
		"PortChannel0001": {System: system, Key: 10001, Fast: true, MinLinks: 2, Fallback: true},
		"PortChannel9999": {System: lacp.SystemID{Priority: 1000, MAC: lacp.MAC{5: 9}}, Key: 7, Down: true},
	}
	if d := cmp.Diff(lags, p.lags); d != "" {
		t.Error(d)
	}
	ports := map[schema.PortName]lacp.PortConfig{
		"Ethernet0":   {LAG: "PortChannel0001", ID: lacp.PortID{Priority: 255, Number: 1}},
		"Ethernet120": {LAG: "PortChannel0001", ID: lacp.PortID{Priority: 255, Number: 121}},
		"Ethernet4":   {LAG: "PortChannel9999", ID: lacp.PortID{Priority: 255, Number: 5}},
	}
	if d := cmp.Diff(ports, p.ports); d != "" {
		t.Error(d)
	}
	if len(p.bad) != 0 {
		t.Error(p.bad)
	}
}

func TestNoAddressYet(t *testing.T) {
	in := configured(t, "PORTCHANNEL|PortChannel1 admin_status=up")
	if cfg := in.resolve(schema.MAC{}).lags["PortChannel1"]; !cfg.Down {
		t.Errorf("a system without an address speaks: %+v", cfg)
	}
	if cfg := in.resolve(schema.MAC{1}).lags["PortChannel1"]; cfg.Down || cfg.System.MAC != (lacp.MAC{1}) {
		t.Errorf("%+v", cfg)
	}
}

func TestBadRows(t *testing.T) {
	for _, c := range []struct{ row, want string }{
		{"PORTCHANNEL|PortChannel admin_status=up", "one to four digits"},
		{"PORTCHANNEL|PortChannel12345 admin_status=up", "one to four digits"},
		{"PORTCHANNEL|Ethernet0 admin_status=up", "port channel name"},
		{"PORTCHANNEL|PortChannel1 admin_status=sideways", "field admin_status"},
		{"PORTCHANNEL|PortChannel1 min_links=1025", "field min_links"},
		{"PORTCHANNEL|PortChannel1 fallback=perhaps", "field fallback"},
		{"PORTCHANNEL|PortChannel1 lacp_key=0", "field lacp_key"},
		{"PORTCHANNEL|PortChannel1 lacp_key=65536", "field lacp_key"},
		{"PORTCHANNEL|PortChannel1 mtu=10", "field mtu"},
		{"PORTCHANNEL|PortChannel1 system_mac=none", "field system_mac"},
		{"PORTCHANNEL_MEMBER|PortChannel1", "not a port channel and a port"},
		{"PORTCHANNEL_MEMBER|PortChannel1|", "port name is empty"},
		{"PORTCHANNEL_MEMBER|PortChannel1|Ethernet0", "PortChannel1 does not exist"},
		{"DEVICE_METADATA|localhost mac=none", "field mac"},
	} {
		in := configured(t, c.row)
		bad := in.resolve(schema.MAC{1}).bad
		table, op := row(t, c.row)
		if err := bad[linkproto.RowRef{Table: table, Key: op.Key}]; err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.row, err, c.want)
		}
		op.Op = statedb.OpDel
		in.take(table, op)
		if bad := in.resolve(schema.MAC{1}).bad; len(bad) != 0 {
			t.Errorf("%s: still bad when gone: %v", c.row, bad)
		}
	}
}

// A row that becomes bad leaves the good configuration in place.
func TestGoodStateKept(t *testing.T) {
	in := configured(t, "PORTCHANNEL|PortChannel1 min_links=2", "PORTCHANNEL|PortChannel1 min_links=many")
	if p := in.resolve(schema.MAC{1}); p.lags["PortChannel1"].MinLinks != 2 || len(p.bad) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestPortNumber(t *testing.T) {
	for name, want := range map[schema.PortName]uint16{"Ethernet0": 1, "Ethernet511": 512, "p1": 2} {
		if got := portNumber(name); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
	for _, name := range []schema.PortName{"uplink", "Ethernet99999", "Eth1/1", "Ethernet-BP0"} {
		if got := portNumber(name); got < 0x8000 {
			t.Errorf("%s: %d could be a front-panel port's", name, got)
		}
	}
}

// What a snapshot says of a port is what the next life remembers.
func TestMemory(t *testing.T) {
	m := newMachine(nil, nil, nil)
	st := lacp.PortStatus{
		LAG: "PortChannel1", Receive: lacp.Current, Selected: true,
		Actor:   lacp.Party{System: lacp.SystemID{Priority: 1, MAC: lacp.MAC{2}}, Key: 3, Port: lacp.PortID{Priority: 4, Number: 5}, State: 61},
		Partner: lacp.Party{System: lacp.SystemID{Priority: 6, MAC: lacp.MAC{7}}, Key: 8, Port: lacp.PortID{Priority: 9, Number: 10}, State: 63},
	}
	rows := linkproto.Tables{"": {"PortChannel1|": {}, "x": {}, "PortChannel1|Ethernet4": {"runner.actor_lacpdu_info.port": "x"}}}
	if err := rows.Put("", "PortChannel1|Ethernet0", m.stateMember("Ethernet0", st)); err != nil {
		t.Fatal(err)
	}
	past := parseMemory(rows[""])
	if got := past["Ethernet0"]; len(past) != 1 || got.actor != st.Actor || got.partner != st.Partner {
		t.Errorf("got %+v", past)
	}
}

// Rows of any content never panic, and what is accepted can be resolved.
func FuzzRow(f *testing.F) {
	tables := configTables()
	f.Add(uint8(1), "PortChannel1", "lacp_key", "auto", "min_links", "1")
	f.Add(uint8(2), "PortChannel1|Ethernet0", "NULL", "NULL", "", "")
	f.Fuzz(func(_ *testing.T, table uint8, key, n1, v1, n2, v2 string) {
		in := newIntent(1)
		op := statedb.KeyOp{Key: key, Fields: []statedb.Field{{Name: n1, Value: v1}, {Name: n2, Value: v2}}}
		in.take(tables[int(table)%len(tables)], op)
		in.resolve(schema.MAC{})
		op.Op = statedb.OpDel
		in.take(tables[int(table)%len(tables)], op)
	})
}
