package mcsnoopd

import (
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

var start = time.Unix(1000, 0)

// tape is a wire that leads nowhere.
type tape struct{ sent []string }

func (w *tape) Join(int, ...[6]byte) error { return nil }

func (w *tape) Send(device int, b []byte) error {
	f, err := parseFrame(b)
	if err != nil {
		return err
	}
	m, err := snoop.Parse(f.packet)
	w.sent = append(w.sent, fmt.Sprintf("%d tag %d: %d of version %d for %v", device, f.vlan, m.Kind, m.Version, m.Group.IsValid()))
	return err
}

// rig is a machine without a kernel and a database.
type rig struct {
	t    *testing.T
	d    *daemon
	wire *tape
	rows linkproto.Tables // as APPL_DB and STATE_DB would have them
}

// newRig reads rows "TABLE|key name=value ...". Ports have the device of their number and one.
func newRig(t *testing.T, p past, rows ...string) *rig {
	wire := &tape{}
	m := newMachine(wire, p, slog.New(slog.NewTextHandler(t.Output(), nil)))
	r := &rig{t, &daemon{log: m.log, intent: newIntent(), machine: m}, wire, make(linkproto.Tables)}
	for _, port := range []string{"Ethernet0", "Ethernet1", "Ethernet2", "PortChannel3"} {
		r.link(start, port, true)
	}
	r.given(start, append([]string{
		"DEVICE_METADATA|localhost mac=02:00:00:00:00:07", "VLAN|Vlan10 vlanid=10",
		"VLAN_MEMBER|Vlan10|Ethernet0 tagging_mode=untagged", "VLAN_MEMBER|Vlan10|Ethernet1 tagging_mode=tagged",
		"VLAN_MEMBER|Vlan10|Ethernet2 tagging_mode=untagged", "VLAN_MEMBER|Vlan10|PortChannel3 tagging_mode=tagged",
		"PORTCHANNEL_MEMBER|PortChannel3|Ethernet3",
	}, rows...)...)
	return r
}

func (r *rig) link(now time.Time, port string, up bool) {
	at := &netlink.LinkAttrs{Name: port, Index: int(port[len(port)-1]-'0') + 1, HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, 7}}
	if up {
		at.Flags, at.RawFlags = net.FlagUp, unix.IFF_UP|unix.IFF_RUNNING
	}
	r.d.machine.ports.Set(now, at)
}

// given changes rows; "-" before one takes it away.
func (r *rig) given(now time.Time, rows ...string) {
	for _, text := range rows {
		words := strings.Fields(strings.TrimPrefix(text, "-"))
		table, key, _ := strings.Cut(words[0], "|")
		op := statedb.KeyOp{Key: key, Op: statedb.OpSet}
		if text[0] == '-' {
			op.Op = statedb.OpDel
		}
		for _, w := range words[1:] {
			name, value, _ := strings.Cut(w, "=")
			op.Fields = append(op.Fields, statedb.Field{Name: name, Value: value})
		}
		r.d.Step(now, linkproto.Row{Table: table, Op: op})
	}
	r.d.Step(now, linkproto.Configured{})
}

// hears has a frame come in by a port.
func (r *rig) hears(now time.Time, port string, tag schema.VLANID, packet []byte) {
	r.d.Step(now, linkproto.Received{Device: int(port[len(port)-1]-'0') + 1, Frame: frame{vlan: tag, packet: packet}.bytes()})
}

// has compares a table with "key field=value ..." lines.
func (r *rig) has(now time.Time, what, table string, want ...string) {
	r.t.Helper()
	u, _, err := r.d.Tell(now)
	if err != nil {
		r.t.Fatal(err)
	}
	for table, rows := range u.Rows {
		for key, row := range rows {
			if row == nil {
				delete(r.rows[table], key)
			} else {
				r.rows.Set(table, key, row)
			}
		}
	}
	var got []string
	for key, row := range r.rows[table] {
		line := key
		for _, name := range slices.Sorted(maps.Keys(row)) {
			line += " " + name + "=" + row[name]
		}
		got = append(got, line)
	}
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		r.t.Errorf("%s: %s", what, d)
	}
}

// said is what went out since it was last asked.
func (r *rig) said(what string, want ...string) {
	r.t.Helper()
	got := r.wire.sent
	r.wire.sent = nil
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		r.t.Errorf("%s: %s", what, d)
	}
}

// listener is an IGMPv2 message of a host: 0x16 a report, 0x17 a leave.
func listener(kind byte, group string) []byte {
	b := append([]byte{kind, 0, 0, 0}, netip.MustParseAddr(group).AsSlice()...)
	sum := uint32(kind)<<8 + uint32(b[4])<<8 + uint32(b[5]) + uint32(b[6])<<8 + uint32(b[7])
	sum = sum>>16 + sum&0xffff
	b[2], b[3] = ^byte(sum>>8), ^byte(sum)
	return append([]byte{0x46, 0xc0, 0, 32, 0, 0, 0, 0, 1, 2, 0, 0, 10, 0, 0, 9, 224, 0, 0, 22, 0x94, 4, 0, 0}, b...)
}

func query(version int, from string) []byte {
	return snoop.Ask{Version: version, From: netip.MustParseAddr(from), MaxResp: 10 * time.Second, Interval: 125 * time.Second}.Append(nil)
}

const snooped = "CFG_L2MC_TABLE|Vlan10 enabled=true"

func TestSnooping(t *testing.T) {
	r := newRig(t, past{}, snooped)
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	r.has(at(0), "on", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=disabled unknown_multicast=flood")
	r.said("nobody asks")
	r.hears(at(1), "PortChannel3", 10, query(3, "10.0.0.1"))
	r.said("a query goes to all others, each as it has the VLAN", "1 tag 0: 0 of version 3 for false", "2 tag 10: 0 of version 3 for false", "3 tag 0: 0 of version 3 for false")
	r.has(at(1), "its router", schema.AppTableL2MCMRouter, "Vlan10:PortChannel3 type=dynamic")
	r.hears(at(2), "Ethernet0", 0, listener(0x16, "239.1.1.1"))
	r.hears(at(2), "Ethernet0", 20, listener(0x16, "239.1.1.2")) // another VLAN
	r.hears(at(2), "Ethernet1", 10, listener(0x16, "239.1.1.1"))
	r.said("reports go to routers", "4 tag 10: 1 of version 2 for false", "4 tag 10: 1 of version 2 for false")
	r.has(at(2), "listeners", schema.AppTableL2MCMember, "Vlan10:0.0.0.0:239.1.1.1:Ethernet0 type=dynamic", "Vlan10:0.0.0.0:239.1.1.1:Ethernet1 type=dynamic")
	r.d.Step(at(12), linkproto.Tick{})
	r.has(at(12), "all had the time to answer", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=disabled unknown_multicast=drop_to_routers")

	r.hears(at(13), "Ethernet0", 0, listener(0x17, "239.1.1.1"))
	r.said("a leave goes to routers, and the others behind its port are asked", "1 tag 0: 0 of version 2 for true", "4 tag 10: 2 of version 2 for false")
	r.d.Step(at(15), linkproto.Tick{})
	r.has(at(15), "nobody answered", schema.AppTableL2MCMember, "Vlan10:0.0.0.0:239.1.1.1:Ethernet1 type=dynamic")
	r.said("and again")
	r.link(at(16), "Ethernet1", false)
	r.has(at(16), "a lost link", schema.AppTableL2MCMember)
	r.link(at(17), "Ethernet1", true)
	r.said("and back", "2 tag 10: 0 of version 2 for false")
	r.d.machine.refresh()
	r.has(at(18), "counts", schema.StateTableL2MC, "Vlan10|ipv4 leaves=1 querier=10.0.0.1 querier_port=PortChannel3 "+
		"querier_version=3 queries=1 queries_sent=2 reports=2 settled=true")

	r.given(at(20), "-CFG_L2MC_TABLE|Vlan10")
	for _, table := range []string{schema.AppTableL2MCVLAN, schema.AppTableL2MCMRouter, schema.AppTableL2MCMember, schema.StateTableL2MC} {
		r.has(at(20), "off", table)
	}
	if r.d.machine.budget.Left != maxListeners || !r.d.Next().IsZero() {
		t.Errorf("left over: %d, next %v", r.d.machine.budget.Left, r.d.Next())
	}
}

// pim is a message of PIM from 10.0.0.7 to all its routers: type 0 is a hello, that counts for 105 s; all others look as if they had no content.
func pim(kind byte) []byte {
	b := []byte{0x45, 0xc0, 0, 24, 0, 0, 0, 0, 1, 103, 0, 0, 10, 0, 0, 7, 224, 0, 0, 13, 0x20 | kind, 0, 0, 0}
	b[22], b[23] = ^b[20], ^b[21]
	return b
}

// What PIM routers say goes to all others, and their hellos tell where they are.
func TestPIM(t *testing.T) {
	r := newRig(t, past{}, snooped)
	r.hears(start, "PortChannel3", 10, pim(3))
	r.said("routing", "1 tag 0: 4 of version 0 for false", "2 tag 10: 4 of version 0 for false", "3 tag 0: 4 of version 0 for false")
	r.has(start, "which is no greeting", schema.AppTableL2MCMRouter)
	r.hears(start, "PortChannel3", 10, pim(0))
	r.said("a hello", "1 tag 0: 3 of version 2 for false", "2 tag 10: 3 of version 2 for false", "3 tag 0: 3 of version 2 for false")
	r.has(start, "its router", schema.AppTableL2MCMRouter, "Vlan10:PortChannel3 type=dynamic")
	broken := pim(0)
	broken[22]++
	r.hears(start, "Ethernet0", 0, broken)
	r.said("a wrong checksum goes nowhere")
	r.hears(start, "Ethernet0", 0, listener(0x16, "239.1.1.1"))
	r.said("reports go to the router", "4 tag 10: 1 of version 2 for false")
	r.d.machine.refresh()
	r.has(start, "counts", schema.StateTableL2MC, "Vlan10|ipv4 errors=1 groups=1 members=1 pim_hellos=1 reports=1")
	later := start.Add(106 * time.Second)
	r.d.Step(later, linkproto.Tick{})
	r.has(later, "silent for too long", schema.AppTableL2MCMRouter)
}

// A switch that asks takes the VLAN's address, and asks on blocked ports neither.
func TestQuerier(t *testing.T) {
	r := newRig(t, past{}, "CFG_L2MC_TABLE|Vlan10 enabled=true querier=true version=3", "CFG_MLD_L2MC_TABLE|Vlan10 enabled=true querier=true",
		"VLAN_INTERFACE|Vlan10|10.0.0.5/24", "VLAN_INTERFACE|Vlan10|10.0.0.2/24 secondary=true", "VLAN_INTERFACE|Vlan10|fc00::1/64",
		"STP_VLAN_INSTANCE_TABLE|Vlan10 stp_instance=1", "STP_PORT_STATE_TABLE|Ethernet0:1 state=4", "STP_PORT_STATE_TABLE|Ethernet1:1 state=1")
	r.d.Step(start, linkproto.Tick{})
	r.said("at once, in both families", "1 tag 0: 0 of version 2 for false", "1 tag 0: 0 of version 3 for false")
	r.has(start, "on", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=enabled unknown_multicast=flood")
	r.hears(start, "Ethernet1", 10, listener(0x16, "239.1.1.1"))
	r.has(start, "a blocked port is not heard", schema.AppTableL2MCMember)
	r.given(start, "STP_PORT_STATE_TABLE|Ethernet1:1 state=4")
	r.said("it forwards", "2 tag 10: 0 of version 2 for false", "2 tag 10: 0 of version 3 for false")
	r.d.Step(start.Add(5*time.Second), linkproto.Row{Table: schema.AppTableSTPFastAgeing, Op: statedb.KeyOp{Key: "Vlan10", Op: statedb.OpSet}})
	r.said("a topology change", "1 tag 0: 0 of version 2 for false", "1 tag 0: 0 of version 3 for false", "2 tag 10: 0 of version 2 for false", "2 tag 10: 0 of version 3 for false")
	r.d.Step(start.Add(11*time.Second), linkproto.Tick{})
	r.has(start.Add(11*time.Second), "in force", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=enabled unknown_multicast=drop_to_routers")
	if q, own := r.d.machine.vlans["Vlan10"].snoopers[ipv4].Querier(start); !own || q.Address.String() != "10.0.0.5" {
		t.Errorf("querier %+v", q)
	}
	if q, own := r.d.machine.vlans["Vlan10"].snoopers[ipv6].Querier(start); !own || q.Address.String() != "fe80::ff:fe00:7" {
		t.Errorf("querier %+v", q)
	}
	r.given(start.Add(12*time.Second), "CFG_L2MC_TABLE|Vlan10 enabled=true querier=true unknown-multicast=flood")
	r.has(start.Add(12*time.Second), "flood", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=enabled unknown_multicast=flood")
}

func TestStatic(t *testing.T) {
	r := newRig(t, past{}, snooped, "CFG_L2MC_MROUTER_TABLE|Vlan10|Ethernet1", "CFG_L2MC_STATIC_GROUP_TABLE|Vlan10|239.1.1.1 out-intf@=Ethernet0,Ethernet9",
		"CFG_L2MC_STATIC_MEMBER_TABLE|Vlan10|239.1.1.1|Ethernet2", "CFG_MLD_L2MC_STATIC_MEMBER_TABLE|Vlan10|ff05::1|Ethernet2")
	r.hears(start, "Ethernet0", 0, listener(0x16, "239.1.1.1"))
	r.has(start, "as configured", schema.AppTableL2MCMember, "Vlan10:0.0.0.0:239.1.1.1:Ethernet0 type=static", "Vlan10:0.0.0.0:239.1.1.1:Ethernet2 type=static")
	r.has(start, "as configured", schema.AppTableL2MCMRouter, "Vlan10:Ethernet1 type=static")
	r.given(start, "-CFG_L2MC_STATIC_GROUP_TABLE|Vlan10|239.1.1.1", "-VLAN_MEMBER|Vlan10|Ethernet2", "-VLAN_MEMBER|Vlan10|Ethernet1")
	r.has(start, "not any more", schema.AppTableL2MCMember, "Vlan10:0.0.0.0:239.1.1.1:Ethernet0 type=dynamic")
	r.has(start, "not any more", schema.AppTableL2MCMRouter)
	r.given(start, "VLAN_MEMBER|Vlan10|Ethernet2 tagging_mode=tagged")
	r.has(start, "a port comes", schema.AppTableL2MCMember, "Vlan10:0.0.0.0:239.1.1.1:Ethernet0 type=dynamic", "Vlan10:0.0.0.0:239.1.1.1:Ethernet2 type=static")
}

// What an earlier life told is told again, and forgotten if it is not heard again.
func TestRestart(t *testing.T) {
	group := netip.MustParseAddr("239.1.1.1")
	p := past{
		members: map[schema.VLANName][]snoop.Member{"Vlan10": {{Group: group, Port: "Ethernet0"}, {Group: group, Port: "Ethernet9"}}},
		routers: map[schema.VLANName][]string{"Vlan10": {"Ethernet1"}}, settled: map[string]bool{"Vlan10|ipv4": true},
	}
	r := newRig(t, p, snooped)
	r.has(start, "in force", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=disabled unknown_multicast=drop_to_routers")
	r.has(start, "known", schema.AppTableL2MCMember, "Vlan10:0.0.0.0:239.1.1.1:Ethernet0 type=dynamic")
	r.has(start, "known", schema.AppTableL2MCMRouter, "Vlan10:Ethernet1 type=dynamic")
	later := start.Add(260 * time.Second)
	r.d.Step(later, linkproto.Tick{})
	r.has(later, "forgotten", schema.AppTableL2MCVLAN, "Vlan10 snooping_v4=enabled snooping_v6=disabled unknown_multicast=flood")
	r.has(later, "forgotten", schema.AppTableL2MCMember)
	r.has(later, "forgotten", schema.AppTableL2MCMRouter)
}

func TestClear(t *testing.T) {
	r := newRig(t, past{}, snooped)
	r.hears(start, "Ethernet0", 0, listener(0x16, "239.1.1.1"))
	r.hears(start, "Ethernet0", 0, listener(0x16, "239.1.1.1")[:30])
	r.d.clear(start, statedb.Notification{Op: "STATISTICS", Data: "ipv4|Vlan11"})
	r.d.clear(start, statedb.Notification{Op: "NONSENSE", Data: "ipv4"})
	if c := r.d.machine.vlans["Vlan10"]; c.snoopers[ipv4].Counts().Reports != 1 || c.errors[ipv4] != 1 {
		t.Errorf("%+v", c)
	}
	r.d.clear(start, statedb.Notification{Op: "STATISTICS", Data: "ipv4"})
	r.d.clear(start, statedb.Notification{Op: "GROUPS", Data: "ipv4|Vlan10"})
	r.has(start, "forgotten", schema.AppTableL2MCMember)
	if c := r.d.machine.vlans["Vlan10"]; c.snoopers[ipv4].Counts().Reports != 0 || c.errors[ipv4] != 0 {
		t.Errorf("%+v", c)
	}
	r.said("and asked for", "1 tag 0: 0 of version 2 for false", "2 tag 10: 0 of version 2 for false", "3 tag 0: 0 of version 2 for false", "4 tag 10: 0 of version 2 for false")
}

func TestBadRows(t *testing.T) {
	r := newRig(t, past{}, "CFG_L2MC_TABLE|Vlan10 enabled=perhaps", "CFG_L2MC_TABLE|Vlan11 enabled=true", "CFG_MLD_L2MC_TABLE|Vlan10 version=3",
		"CFG_MLD_L2MC_TABLE|Vlan12 querier-address=fc00::1", "CFG_L2MC_STATIC_GROUP_TABLE|Vlan10|ff05::1", "CFG_L2MC_STATIC_MEMBER_TABLE|Vlan10|224.0.0.5|Ethernet0",
		"CFG_L2MC_MROUTER_TABLE|Vlan10")
	var got []string
	for ref, err := range r.d.machine.plan.bad {
		got = append(got, ref.Table+"|"+ref.Key+": "+err.Error())
	}
	slices.Sort(got)
	want := []string{
		`CFG_L2MC_MROUTER_TABLE|Vlan10: key "Vlan10" is not a VLAN and a port`,
		`CFG_L2MC_STATIC_GROUP_TABLE|Vlan10|ff05::1: ff05::1 is not a group of the family beyond the link`,
		`CFG_L2MC_STATIC_MEMBER_TABLE|Vlan10|224.0.0.5|Ethernet0: 224.0.0.5 is not a group of the family beyond the link`,
		`CFG_L2MC_TABLE|Vlan10: field enabled: value "perhaps": neither true nor false`,
		`CFG_L2MC_TABLE|Vlan11: Vlan11 does not exist`,
		`CFG_MLD_L2MC_TABLE|Vlan10: MLD has no version 3`,
		`CFG_MLD_L2MC_TABLE|Vlan12: fc00::1 is not a link-local address, which MLD queries come from`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Rows of any content never panic, and what is accepted can be resolved.
func FuzzRow(f *testing.F) {
	var tables []string
	for _, list := range followed() {
		tables = append(tables, list...)
	}
	slices.Sort(tables)
	f.Add(uint8(1), "Vlan10|239.1.1.1", "out-intf@", "Ethernet0", "version", "2")
	f.Fuzz(func(_ *testing.T, table uint8, key, n1, v1, n2, v2 string) {
		in := newIntent()
		in.take(schema.TableVLAN, statedb.KeyOp{Key: "Vlan10"})
		op := statedb.KeyOp{Key: key, Fields: []statedb.Field{{Name: n1, Value: v1}, {Name: n2, Value: v2}}}
		in.take(tables[int(table)%len(tables)], op)
		in.resolve(schema.MAC{2})
		op.Op = statedb.OpDel
		in.take(tables[int(table)%len(tables)], op)
		in.resolve(schema.MAC{})
	})
}
