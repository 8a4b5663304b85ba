package bfdd

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 20 * time.Second

// box is a system with a daemon and a Redis of its own.
type box struct {
	t      testing.TB
	srv    *redistest.Server
	client *statedb.Client
	kernel *kernel.Kernel
	ask    *statedb.Producer
}

func newBox(t testing.TB) *box {
	b := &box{t: t, kernel: kerneltest.New(t), srv: redistest.Start(t)}
	b.client = b.srv.Client(t)
	b.ask = statedb.NewProducer(b.client.DB(statedb.ApplDB), "BFD_SESSION_TABLE")
	return b
}

func (b *box) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, work)
}

// want asks for a session: "default:default:10.0.0.2 tx_interval=100 ...".
func (b *box) want(line string) {
	b.t.Helper()
	words := strings.Fields(line)
	op := statedb.KeyOp{Op: statedb.OpSet, Key: words[0]}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		op.Fields = append(op.Fields, statedb.Field{Name: name, Value: value})
	}
	b.apply(op)
}

func (b *box) apply(op statedb.KeyOp) {
	b.t.Helper()
	if err := b.ask.Apply(b.t.Context(), []statedb.KeyOp{op}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) rows(table string) map[string]statedb.Fields {
	b.t.Helper()
	rows, err := b.client.DB(statedb.StateDB).All(b.t.Context(), table)
	if err != nil {
		b.t.Fatal(err)
	}
	return rows
}

// states are those of all sessions.
func (b *box) states() map[string]string {
	out := map[string]string{}
	for key, row := range b.rows("BFD_SESSION_TABLE") {
		out[key] = row["state"]
	}
	return out
}

func eventually[T any](t testing.TB, what string, want T, got func() T) {
	t.Helper()
	var diff string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if diff = cmp.Diff(want, got()); diff == "" {
			return
		}
	}
	t.Fatalf("%s:\n%s", what, diff)
}

// pair is two boxes with a cable between them.
func pair(t *testing.T) (near, far *box) {
	near, far = newBox(t), newBox(t)
	kerneltest.Cable(t, near.kernel, "Ethernet0", far.kernel, "Ethernet4")
	kerneltest.Up(t, near.kernel, "Ethernet0")
	for _, p := range []string{"10.0.0.%d/24", "fc00::%d/64", "fe80::%d/64"} {
		kerneltest.Address(t, near.kernel, "Ethernet0", fmt.Sprintf(p, 1))
		kerneltest.Address(t, far.kernel, "Ethernet4", fmt.Sprintf(p, 2))
	}
	return near, far
}

// patient is for peers that must see no break, even on a busy machine.
const patient = " tx_interval=100 rx_interval=100 multiplier=10"

const quick = " tx_interval=100 rx_interval=100 multiplier=5"

func TestSessions(t *testing.T) {
	near, far := pair(t)
	near.want("default:default:10.0.0.2 local_addr=10.0.0.1 type=async_active" + quick)
	near.want("default:default:fc00::2 multihop=true tos=0" + quick)
	near.want("default:Ethernet0:fe80::2 type=async_passive" + quick)
	near.start()
	far.start()
	down := map[string]string{"default|default|10.0.0.2": "Down", "default|default|fc00::2": "Down", "default|Ethernet0|fe80::2": "Down"}
	eventually(t, "nobody is there", down, near.states)
	far.want("default:Ethernet4:10.0.0.1" + quick)
	far.want("default:default:fc00::1 multihop=true tx_interval=200 rx_interval=300 multiplier=4")
	far.want("default:Ethernet4:fe80::1" + quick)
	up := maps.Clone(down)
	for key := range up {
		up[key] = "Up"
	}
	eventually(t, "near", up, near.states)
	eventually(t, "far", map[string]string{"default|Ethernet4|10.0.0.1": "Up", "default|default|fc00::1": "Up", "default|Ethernet4|fe80::1": "Up"}, far.states)

	settled := func() statedb.Fields {
		row := near.rows("BFD_SESSION_TABLE")["default|default|fc00::2"]
		delete(row, "local_discriminator")
		delete(row, "remote_discriminator")
		return row
	}
	eventually(t, "what was negotiated", statedb.Fields{
		"state": "Up", "type": "async_active", "local_addr": "::", "tx_interval": "100", "rx_interval": "100", "multiplier": "5", "multihop": "true",
		"local_diag": "none", "remote_state": "Up", "remote_min_tx_us": "200000", "remote_min_rx_us": "300000", "remote_multiplier": "4",
		"negotiated_tx_us": "300000", "detection_time_us": "800000",
	}, settled)

	far.apply(statedb.KeyOp{Op: statedb.OpDel, Key: "default:Ethernet4:10.0.0.1"})
	diag := func() string {
		row := near.rows("BFD_SESSION_TABLE")["default|default|10.0.0.2"]
		return row["state"] + ", " + row["remote_state"] + ", " + row["local_diag"]
	}
	eventually(t, "the other end was removed", "Down, Admin_Down, neighbor signaled session down", diag)
	near.want("default:Ethernet0:fe80::2 admin_status=down" + quick)
	eventually(t, "shut", "Admin_Down", func() string { return near.states()["default|Ethernet0|fe80::2"] })
	eventually(t, "shut, at the other end", "Down", func() string { return far.states()["default|Ethernet4|fe80::1"] })
	near.apply(statedb.KeyOp{Op: statedb.OpDel, Key: "default:default:10.0.0.2"})
	eventually(t, "removed", map[string]string{"default|default|fc00::2": "Up", "default|Ethernet0|fe80::2": "Admin_Down"}, near.states)
}

// A path that carries nothing takes the session down in its detection time, and brings it up when it is good again.
func TestBrokenPath(t *testing.T) {
	near, far := pair(t)
	near.want("default:default:10.0.0.2" + quick)
	far.want("default:default:10.0.0.1" + quick)
	near.start()
	far.start()
	eventually(t, "near", map[string]string{"default|default|10.0.0.2": "Up"}, near.states)
	eventually(t, "far", map[string]string{"default|default|10.0.0.1": "Up"}, far.states)
	if err := far.kernel.LinkSetDown(kerneltest.Link(t, far.kernel, "Ethernet4")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "near", "control detection time expired", func() string { return near.rows("BFD_SESSION_TABLE")["default|default|10.0.0.2"]["local_diag"] })
	eventually(t, "far", map[string]string{"default|default|10.0.0.1": "Down"}, far.states)
	if err := far.kernel.LinkSetUp(kerneltest.Link(t, far.kernel, "Ethernet4")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "near", map[string]string{"default|default|10.0.0.2": "Up"}, near.states)
}

// A daemon that is asked to stop and starts again is not missed, and goes on with the same discriminators.
func TestRestart(t *testing.T) {
	near, far := pair(t)
	near.want("default:default:10.0.0.2" + patient)
	far.want("default:default:10.0.0.1" + patient)
	stop := near.start()
	far.start()
	key := "default|default|10.0.0.1"
	eventually(t, "up", "Up", func() string { return far.states()[key] })
	eventually(t, "up", "Up", func() string { return near.states()["default|default|10.0.0.2"] })
	discriminator := far.rows("BFD_SESSION_TABLE")[key]["remote_discriminator"]
	changes := far.watch(key)
	stop()
	time.Sleep(1300 * time.Millisecond) // longer than the detection time
	near.start()
	eventually(t, "polled back", "1000000", func() string { return far.rows("BFD_SESSION_TABLE")[key]["detection_time_us"] })
	if row := far.rows("BFD_SESSION_TABLE")[key]; row["remote_discriminator"] != discriminator || row["state"] != "Up" {
		t.Errorf("discriminator %s before, then %+v", discriminator, row)
	}
	for _, state := range changes() {
		if state != "Up" {
			t.Errorf("the peer saw %s", state)
		}
	}
}

// watch records the states of a session until the result is called.
func (b *box) watch(key string) func() []string {
	done, out := make(chan struct{}), make(chan []string)
	go func() {
		var seen []string
		for {
			select {
			case <-done:
				out <- seen
				return
			case <-time.After(5 * time.Millisecond):
			}
			row, _, err := b.client.DB(statedb.StateDB).Get(b.t.Context(), "BFD_SESSION_TABLE", key)
			if err == nil && (len(seen) == 0 || seen[len(seen)-1] != row["state"]) {
				seen = append(seen, row["state"])
			}
		}
	}()
	return func() []string { close(done); return <-out }
}

// What cannot be used is told with its field, and harms nobody else.
func TestBadRows(t *testing.T) {
	near, far := pair(t)
	far.want("default:default:10.0.0.1" + quick)
	far.start()
	for _, row := range []string{
		"default:10.0.0.9", "default:default:10.0.0.x", "default:default:fe80::9", "default:default:10.0.0.3 tx_interval=soon", "default:default:10.0.0.4 type=demand_active",
		"default:default:10.0.0.5 local_addr=fc00::1", "default:default:10.0.0.6 multiplier=0", "default:default:10.0.0.7 local_addr=10.0.0.7",
		"default:default:10.0.0.8 local_addr=10.9.9.9", "default:Ethernet99:10.0.0.8", "VrfX:default:10.0.0.8", "default:default:10.0.0.2" + quick,
	} {
		near.want(row)
	}
	near.start()
	eventually(t, "the good one, and those that wait", map[string]string{
		"default|default|10.0.0.2": "Up", "default|default|10.0.0.8": "Down", "default|Ethernet99|10.0.0.8": "Down", "VrfX|default|10.0.0.8": "Down",
	}, near.states)
	problems := map[string]string{}
	for key, row := range near.rows("BFD_SESSION_TABLE") {
		if row["problem"] != "" {
			problems[key] = row["problem"]
		}
	}
	if d := cmp.Diff(map[string]string{
		"default|default|10.0.0.8":    "bind to 10.9.9.9:",
		"default|Ethernet99|10.0.0.8": "Ethernet99 does not exist", "VrfX|default|10.0.0.8": "VrfX does not exist",
	}, problems, cmp.Comparer(func(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) })); d != "" {
		t.Error(d)
	}
	errors := func() map[string]string {
		out := map[string]string{}
		for key, row := range near.rows("HEDDLE_CONFIG_ERROR") {
			out[strings.TrimPrefix(key, "BFD_SESSION_TABLE|")] = row["field"]
		}
		return out
	}
	eventually(t, "bad rows", map[string]string{
		"default:10.0.0.9": "", "default:default:10.0.0.x": "", "default:default:fe80::9": "", "default:default:10.0.0.3": "tx_interval",
		"default:default:10.0.0.4": "type", "default:default:10.0.0.5": "", "default:default:10.0.0.6": "multiplier", "default:default:10.0.0.7": "",
	}, errors)
	kerneltest.Address(t, near.kernel, "Ethernet0", "10.9.9.9/24")
	eventually(t, "the address has come", "", func() string { return near.rows("BFD_SESSION_TABLE")["default|default|10.0.0.8"]["problem"] })
}

// A Redis that is away ends no session, and one that comes back empty has none.
func TestRedisAway(t *testing.T) {
	near, far := pair(t)
	near.want("default:default:10.0.0.2" + patient)
	far.want("default:default:10.0.0.1" + patient)
	near.start()
	far.start()
	eventually(t, "up", "Up", func() string { return far.states()["default|default|10.0.0.1"] })
	changes := far.watch("default|default|10.0.0.1")
	near.srv.RestartEmpty(t)
	near.want("default:default:10.0.0.2" + patient)
	eventually(t, "asked for again", "Up", func() string { return near.states()["default|default|10.0.0.2"] })
	for _, state := range changes() {
		if state != "Up" {
			t.Errorf("the peer saw %s", state)
		}
	}
}
