package orchagent_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

var (
	simSeed  = flag.Uint64("sim.seed", 0, "seed of the only simulation to run")
	simCount = flag.Int("sim.count", 3, "how many simulations to run")
)

// TestSimulation changes rows at random while operations fail and daemons die,
// and then demands that the switch is as after a cold start into the rows that
// remain, and that nothing was ever refused that was not made to fail.
func TestSimulation(t *testing.T) {
	seeds := []uint64{*simSeed}
	if *simSeed == 0 {
		seeds = seeds[:0]
		for range *simCount {
			seeds = append(seeds, rand.Uint64())
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) { simulate(t, seed) })
	}
}

// sim is one simulated switch and what was asked of it.
type sim struct {
	*rig
	rng     *rand.Rand
	rows    map[string][]string
	failing atomic.Int32 // operations that are still to fail
	draw    atomic.Uint64
}

func simulate(t *testing.T, seed uint64) {
	s := &sim{rig: newRig(t, 5), rng: rand.New(rand.NewPCG(seed, 0)), rows: map[string][]string{}}
	s.fault = func(op strict.Op, o sai.Object, _ []sai.Attr) sai.Status { return s.fail(op, o) }
	s.startSyncd()
	s.startOrch()
	s.ports(4)
	s.breakOut(0)
	s.applied("hostif/Ethernet12")
	for range 12 {
		for range s.rng.IntN(12) {
			s.change()
		}
		time.Sleep(time.Duration(s.rng.IntN(8)) * time.Millisecond) // lets the crash hit another operation
		s.disturb()
	}
	s.failing.Store(0)
	s.converged(seed)
}

// fail lets some operations fail.
func (s *sim) fail(op strict.Op, o sai.Object) sai.Status {
	if op == strict.OpGet || o.Type == sai.ObjectTypeSwitch || s.failing.Load() <= 0 {
		return sai.StatusSuccess
	}
	if s.draw.Add(1)%3 != 0 {
		return sai.StatusSuccess
	}
	s.failing.Add(-1)
	return [...]sai.Status{sai.StatusInsufficientResources, sai.StatusFailure, sai.StatusTableFull}[s.draw.Load()%9/3]
}

func (s *sim) disturb() {
	switch s.rng.IntN(5) {
	case 0:
		s.stopOrch()
		s.startOrch()
	case 1:
		s.stopSyncd()
		s.startSyncd()
	case 2:
		s.failing.Store(int32(s.rng.IntN(4)))
	}
}

// layouts are ways to break the fifth socket out: lanes by port.
func layouts() []map[string]string {
	return []map[string]string{
		{"Ethernet16": "17,18", "Ethernet18": "19,20"},
		{"Ethernet16": "17", "Ethernet17": "18", "Ethernet18": "19,20"},
		{"Ethernet16": "17", "Ethernet17": "18,19,20"},
	}
}

// breakOut changes how the fifth socket is broken out.
func (s *sim) breakOut(layout int) {
	for _, port := range []string{"Ethernet16", "Ethernet17", "Ethernet18"} {
		row, lanes := "PORT_TABLE:"+port, layouts()[layout][port]
		switch {
		case lanes != "":
			s.rows[row] = []string{"lanes", lanes, "speed", "25000", "admin_status", "up", "mtu", "9100"}
			s.set(row, s.rows[row]...)
		case s.rows[row] != nil:
			delete(s.rows, row)
			s.del(row)
		}
	}
}

// change sets or deletes one random row, or several ports.
func (s *sim) change() {
	if s.rng.IntN(12) == 0 {
		s.breakOut(s.rng.IntN(len(layouts())))
		return
	}
	row, fv := s.randomRow()
	if s.rng.IntN(3) == 0 {
		delete(s.rows, row)
		s.del(row)
		return
	}
	if _, ok := s.rows[row]; ok {
		s.del(row) // a set alone would keep fields of the old row
	}
	s.rows[row] = fv
	s.set(row, fv...)
}

func (s *sim) randomRow() (row string, fv []string) {
	port := fmt.Sprintf("Ethernet%d", 4*s.rng.IntN(3))
	bearer := []string{port, port, "PortChannel1", "Ethernet16", "Ethernet17"}[s.rng.IntN(5)]
	vlan := fmt.Sprintf("Vlan%d", 10*(1+s.rng.IntN(2)))
	intf := []string{"Ethernet12", "Ethernet8", vlan, "Loopback0", "PortChannel2", "Ethernet18", "Ethernet12.10", "Po2.20"}[s.rng.IntN(8)]
	n := s.rng.IntN(3)
	vrf := []string{"", "Vrf1"}[s.rng.IntN(2)]
	switch s.rng.IntN(26) {
	case 0:
		return "VLAN_TABLE:" + vlan, []string{"admin_status", "up", "mtu", "9100"}
	case 1:
		return "VLAN_MEMBER_TABLE:" + vlan + ":" + bearer, []string{"tagging_mode", "tagged"}
	case 2:
		fv := []string{"vrf_name", vrf, "loopback_action", []string{"drop", "forward"}[s.rng.IntN(2)]}
		if strings.Contains(intf, ".") {
			fv = append(fv, "vlan", fmt.Sprint(10+n), "admin_status", []string{"up", "down"}[s.rng.IntN(2)], "mtu", "9100")
		}
		return "INTF_TABLE:" + intf, fv
	case 3:
		return fmt.Sprintf("INTF_TABLE:%s:10.%d.0.1/24", intf, len(intf)), []string{"scope", "global", "family", "IPv4"}
	case 4:
		return fmt.Sprintf("NEIGH_TABLE:%s:10.%d.0.%d", intf, len(intf), 2+n), []string{"neigh", fmt.Sprintf("52:54:00:00:%02x:01", s.rng.IntN(3)), "family", "IPv4"}
	case 5:
		return fmt.Sprintf("ROUTE_TABLE:20.%d.0.0/16", s.rng.IntN(6)), []string{"nexthop", fmt.Sprintf("10.%d.0.%d", len(intf), 2+n), "ifname", intf}
	case 6:
		return fmt.Sprintf("FDB_TABLE:%s:52:54:00:11:00:%02x", vlan, n), []string{"port", bearer, "type", "static"}
	case 7:
		return fmt.Sprintf("ROUTE_TABLE:20.%d.0.0/16", s.rng.IntN(6)), []string{"blackhole", "true"}
	case 8:
		return fmt.Sprintf("LAG_TABLE:PortChannel%d", 1+s.rng.IntN(2)), []string{"admin_status", "up", "oper_status", []string{"up", "down"}[s.rng.IntN(2)], "mtu", "9100", "learn_mode", []string{"hardware", "disable", "drop"}[n]}
	case 9:
		return "LAG_MEMBER_TABLE:PortChannel" + map[string]string{"Ethernet0": "1", "Ethernet4": "2", "Ethernet8": "2"}[port] + ":" + port,
			[]string{"status", []string{"enabled", "disabled"}[s.rng.IntN(2)]}
	case 10:
		other := []string{"Ethernet12", vlan}[s.rng.IntN(2)]
		return fmt.Sprintf("ROUTE_TABLE:20.%d.0.0/16", s.rng.IntN(6)), []string{
			"nexthop", fmt.Sprintf("10.%d.0.%d,10.%d.0.2", len(intf), 2+n, len(other)), "ifname", intf + "," + other,
		}
	case 11:
		return "VRF_TABLE:Vrf1", []string{"fallback", "false"}
	case 13:
		kind := []string{"broadcast", "unknown-unicast", "unknown-multicast"}[n]
		return "PORT_STORM_CONTROL|" + port + "|" + kind, []string{"kbps", fmt.Sprint(1000 * (1 + s.rng.IntN(2)))}
	case 14:
		return fmt.Sprintf("DEBUG_COUNTER|D%d", n), []string{"type", []string{"PORT_INGRESS_DROPS", "SWITCH_EGRESS_DROPS"}[s.rng.IntN(2)]}
	case 15:
		return fmt.Sprintf("DEBUG_COUNTER_DROP_REASON|D%d|%s", n, []string{"L2_ANY", "TTL"}[s.rng.IntN(2)]), []string{"NULL", "NULL"}
	case 12:
		return fmt.Sprintf("ROUTE_TABLE:Vrf1:20.%d.0.0/16", s.rng.IntN(3)), []string{"nexthop", fmt.Sprintf("10.%d.0.%d", len(intf), 2+n), "ifname", intf}
	case 20:
		return "FLEX_COUNTER_TABLE|FLOW_CNT_TRAP", []string{"FLEX_COUNTER_STATUS", []string{"enable", "disable"}[s.rng.IntN(2)]}
	case 16:
		return "STP_VLAN_INSTANCE_TABLE:" + []string{vlan, "Vlan1"}[s.rng.IntN(2)], []string{"stp_instance", fmt.Sprint(n)}
	case 19: // fine-grained groups are not here: where their buckets lead is the one thing that a cold start would do otherwise
		return "SWITCH_HASH|GLOBAL", []string{[]string{"ecmp_hash@", "lag_hash@"}[s.rng.IntN(2)], []string{"SRC_IP", "DST_IP,SRC_IP", "COLOUR"}[n], "ecmp_hash_algorithm", "XOR"}
	case 22:
		return "L2MC_VLAN_TABLE:" + vlan, []string{"snooping_v4", []string{"enabled", "disabled"}[s.rng.IntN(2)], "snooping_v6", "enabled",
			"unknown_multicast", []string{"flood", "drop_to_routers", "drop"}[n]}
	case 23:
		return "L2MC_MROUTER_TABLE:" + vlan + ":" + bearer, []string{"type", "dynamic"}
	case 24, 25:
		return fmt.Sprintf("L2MC_MEMBER_TABLE:%s:%s:%s", vlan, []string{"0.0.0.0:239.1.1.1", "10.0.0.1:239.1.1.1", ":::ff05::1"}[n], bearer), []string{"type", "dynamic"}
	case 17, 18:
		return fmt.Sprintf("STP_PORT_STATE_TABLE:%s:%d", bearer, n), []string{"state", fmt.Sprint(s.rng.IntN(5))}
	}
	return "COPP_TABLE:queue1_group1", []string{"trap_ids", "ip2me,lldp", "trap_action", "trap", "queue", fmt.Sprint(n),
		"meter_type", []string{"packets", "bytes"}[n%2], "cir", fmt.Sprint(100 * n), "cbs", "100", "red_action", "drop"}
}

// converged compares the switch with one that starts into the same rows.
func (s *sim) converged(seed uint64) {
	cold := newRig(s.t, 5)
	cold.startSyncd()
	cold.startOrch()
	cold.ports(4)
	for _, row := range slices.Sorted(maps.Keys(s.rows)) {
		cold.set(row, s.rows[row]...)
	}
	cold.applied("hostif/Ethernet12")
	diff := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if diff = cmp.Diff(cold.picture(), s.picture()); diff == "" {
			break
		}
	}
	if diff != "" {
		s.t.Errorf("seed %d: cold start (-) and this switch (+) differ:\n%s\n%s", seed, diff, s.unapplied())
	}
	s.restartOrch() // sees the links that came up meanwhile
	s.until("the restart is over", func() bool { return cmp.Diff(cold.picture(), s.picture()) == "" })
	changes := s.changes()
	s.restartOrch()
	s.until("the restart is over", func() bool { return cmp.Diff(cold.picture(), s.picture()) == "" })
	if s.changes() != changes {
		s.t.Errorf("seed %d: a restart made %d changes", seed, s.changes()-changes)
	}
}

// picture is the whole state of a switch, as lines.
func (r *rig) picture() []string {
	lines := strings.Split(r.asic(), "\n")
	rows, _ := r.db.DB(statedb.StateDB).All(r.t.Context(), status.TableObject)
	for k, f := range rows {
		line := "status " + k + " " + f["state"]
		if f["state"] != "waiting" { // of several missing objects any may be named
			line += " " + f["reason"]
		}
		lines = append(lines, line)
	}
	sum := r.row(statedb.StateDB, status.TableSummary, status.KeySummary)
	lines = append(lines, fmt.Sprint("summary ", sum))
	for i, l := range lines { // queues have no names, and others after a breakout
		for _, t := range []string{"SAI_OBJECT_TYPE_QUEUE:", "SAI_OBJECT_TYPE_INGRESS_PRIORITY_GROUP:"} {
			if at := strings.Index(l, t+"oid:"); at >= 0 {
				lines[i] = l[:at] + t
			}
		}
	}
	// How the CPU learns of a link depends on when it was asked.
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, "SAI_OBJECT_TYPE_HOSTIF:<hostif/Ethernet") })
	slices.Sort(lines)
	return lines
}
