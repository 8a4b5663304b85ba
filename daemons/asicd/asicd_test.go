package asicd

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/control/planetest"
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
)

// asicRig is an asicd on a fake plane.
type asicRig struct {
	testing.TB
	cfg   Config
	plane *planetest.Plane
	logs  *safeBuffer
	stop  func()
}

// safeBuffer takes log lines from several goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func testBoard() Board {
	return Board{MAC: "02:00:00:00:00:01", Ports: []BoardPort{
		{Name: "p0", Netdev: "eth1", Lanes: []uint32{1, 2, 3, 4}, Speed: 40000},
		{Name: "p1", Netdev: "eth2", Lanes: []uint32{5, 6, 7, 8}, Speed: 40000},
	}}
}

func newAsicRig(t testing.TB) *asicRig {
	t.Helper()
	// A unix socket's path is short; t.TempDir is not always.
	dir, err := os.MkdirTemp("", "asicd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	r := &asicRig{TB: t, plane: planetest.New(), logs: &safeBuffer{}}
	r.cfg = Config{
		Board: testBoard(), Socket: filepath.Join(dir, "s"), StateDir: filepath.Join(dir, "state"),
		ReadyFile: filepath.Join(dir, "ready"), Log: slog.New(slog.NewTextHandler(r.logs, nil)),
	}
	r.start()
	t.Cleanup(func() { r.stop() })
	return r
}

func (r *asicRig) start() {
	r.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, r.cfg, r.plane) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			r.Errorf("serve: %v", err)
		}
	})
	deadline := time.Now().Add(10 * time.Second)
	for {
		if _, err := os.Stat(r.cfg.ReadyFile); err == nil {
			return
		}
		select {
		case err := <-done:
			r.Fatalf("serve: %v", err)
		default:
		}
		if time.Now().After(deadline) {
			r.Fatal("asicd did not get ready")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (r *asicRig) restart() {
	r.stop()
	r.start()
}

// peer is a client that speaks the wire by hand.
type peer struct {
	testing.TB
	conn    net.Conn
	session [16]byte
	seq     uint64
	last    uint64
}

func (r *asicRig) dial(session byte) *peer {
	r.Helper()
	p := &peer{TB: r.TB, session: [16]byte{session}}
	p.connect(r)
	return p
}

func (p *peer) connect(r *asicRig) {
	p.Helper()
	conn, err := net.Dial("unix", r.cfg.Socket)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	p.conn = conn
	p.write(wire.AppendHello(nil, wire.Hello{Session: p.session}))
	h, body := p.read()
	w, err := wire.DecodeWelcome(body)
	if h.Kind != wire.KindWelcome || err != nil {
		p.Fatalf("welcome: %+v %v", h, err)
	}
	p.last = w.LastSeq
}

func (p *peer) write(frame []byte) {
	p.Helper()
	if _, err := p.conn.Write(frame); err != nil {
		p.Fatal(err)
	}
}

func (p *peer) read() (wire.Header, []byte) {
	p.Helper()
	h, body, err := wire.ReadFrame(p.conn, nil)
	if err != nil {
		p.Fatal(err)
	}
	return h, body
}

// reply reads up to the next reply, skipping notifications.
func (p *peer) reply() *wire.Reply {
	p.Helper()
	for {
		h, body := p.read()
		if h.Kind != wire.KindReply {
			continue
		}
		rep, err := wire.DecodeReply(h, body)
		if err != nil {
			p.Fatal(err)
		}
		return rep
	}
}

func (p *peer) call(req wire.Request) *wire.Reply {
	p.Helper()
	p.seq++
	req.Seq = p.seq
	p.write(wire.AppendRequest(nil, &req))
	return p.reply()
}

func (p *peer) create(t sai.ObjectType, sw sai.ObjectID, attrs ...sai.Attr) sai.ObjectID {
	p.Helper()
	rep := p.call(wire.Request{Op: wire.OpCreate, Type: t, Switch: sw, Create: []sai.NewObject{{Attrs: attrs}}})
	if rep.Statuses[0] != sai.StatusSuccess {
		p.Fatalf("create %s: %s", t, rep.Statuses[0])
	}
	return rep.OIDs[0]
}

func (p *peer) createSwitch() sai.ObjectID {
	p.Helper()
	return p.create(sai.ObjectTypeSwitch, 0, sai.Attr{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)})
}

func vlanRequest(sw sai.ObjectID, vid uint16) wire.Request {
	return wire.Request{Op: wire.OpCreate, Type: sai.ObjectTypeVLAN, Switch: sw,
		Create: []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U16(vid)}}}}}
}

func TestRestartKeepsObjects(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	vlan := p.create(sai.ObjectTypeVLAN, sw, sai.Attr{ID: sai.VLANAttrVLANID, Value: sai.U16(100)})
	plane := r.plane.Dump()
	r.restart()
	if got := r.plane.Dump(); got != plane {
		t.Errorf("plane after restart:\n%s\nbefore:\n%s", got, plane)
	}
	p.connect(r)
	if p.last != p.seq {
		t.Errorf("last request known: %d, want %d", p.last, p.seq)
	}
	if again := p.createSwitch(); again != sw {
		t.Errorf("switch: %s, before %s", again, sw)
	}
	rep := p.call(wire.Request{Op: wire.OpGet, Type: sai.ObjectTypeVLAN, Objects: []sai.Object{sai.ObjectOf(sai.ObjectTypeVLAN, vlan)}, Attrs: []sai.Attr{{ID: sai.VLANAttrVLANID}}})
	if rep.Status != sai.StatusSuccess || rep.Attrs[0].Value.Uint() != 100 {
		t.Errorf("VLAN after restart: %+v", rep)
	}
}

// TestExactlyOnce: a request whose reply was lost, with or without a restart in
// between, is answered again and not carried out again.
func TestExactlyOnce(t *testing.T) {
	for _, restart := range []bool{false, true} {
		r := newAsicRig(t)
		p := r.dial(1)
		sw := p.createSwitch()
		first := p.call(vlanRequest(sw, 100))
		if restart {
			r.restart()
		}
		p.connect(r)
		p.seq-- // as if the reply had never come
		again := p.call(vlanRequest(sw, 100))
		if again.Statuses[0] != sai.StatusSuccess || again.OIDs[0] != first.OIDs[0] {
			t.Errorf("restart %v: repeated: %+v, first: %+v", restart, again, first)
		}
		if rep := p.call(vlanRequest(sw, 100)); rep.Statuses[0] != sai.StatusItemAlreadyExists {
			t.Errorf("restart %v: another: %+v", restart, rep)
		}
	}
}

func TestGarbageEndsOnlyItsConnection(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	bad := wire.BeginFrame(nil, wire.Header{Kind: wire.KindRequest, Op: 99, Seq: 1})
	bad = wire.EndFrame(append(bad, 1, 2, 3), 0)
	hello := wire.AppendHello(nil, wire.Hello{Session: [16]byte{9}})
	for name, bytes := range map[string][]byte{
		"text":            []byte("GET / HTTP/1.0\r\n\r\n"),
		"huge":            {0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"request first":   wire.AppendRequest(nil, &wire.Request{Op: wire.OpKeys, Type: sai.ObjectTypePort}),
		"bad request":     append(hello, bad...),
		"hello and hello": append(hello[:len(hello):len(hello)], hello...),
	} {
		conn, err := net.Dial("unix", r.cfg.Socket)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		_, _ = conn.Write(bytes)
		if _, err := io.Copy(io.Discard, conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", name, err)
		}
		_ = conn.Close()
	}
	if rep := p.call(vlanRequest(sw, 100)); rep.Statuses[0] != sai.StatusSuccess {
		t.Errorf("another client suffers: %+v", rep)
	}
	if !strings.Contains(r.logs.String(), "malformed frame") {
		t.Errorf("no reason in the log:\n%s", r.logs)
	}
}

func TestNotificationsReachClients(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	p.createSwitch()
	r.plane.Emit(dataplane.Event{Kind: dataplane.LinkChanged, Port: 1, Up: true})
	h, body := p.read()
	n, err := wire.DecodeNotification(h, body)
	if err != nil || len(n.Ports) != 1 || n.Ports[0].State != sai.PortOperStatusUp {
		t.Errorf("got %+v, %v", n, err)
	}
}

func TestQueries(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	for _, c := range []struct{ offset, limit, want uint32 }{{0, 0, 0}, {0, 9, 3}, {0, 2, 2}, {2, 2, 1}, {9, 9, 0}} {
		rep := p.call(wire.Request{Op: wire.OpKeys, Type: sai.ObjectTypePort, Switch: sw, Offset: c.offset, Limit: c.limit})
		if rep.Number != 3 || len(rep.Objects) != int(c.want) {
			t.Errorf("ports %+v: %+v", c, rep)
		}
	}
	capability := wire.Request{Op: wire.OpAttrCapability, Type: sai.ObjectTypePort, Switch: sw, Attrs: []sai.Attr{{ID: sai.PortAttrAdminState}}}
	if rep := p.call(capability); rep.Flags != [3]bool{true, true, true} {
		t.Errorf("admin state: %v", rep.Flags)
	}
	capability.Attrs[0].ID = sai.PortAttrIngressACL
	if rep := p.call(capability); rep.Flags[0] || rep.Flags[1] {
		t.Errorf("ACL: %v", rep.Flags)
	}
	if rep := p.call(wire.Request{Op: wire.OpAvailability, Type: sai.ObjectTypeVLAN, Switch: sw}); rep.Number != 4093 {
		t.Errorf("VLANs left: %d", rep.Number)
	}
	types := wire.Request{Op: wire.OpGet, Type: sai.ObjectTypeSwitch, Switch: sw, Objects: []sai.Object{sai.ObjectOf(sai.ObjectTypeSwitch, sw)}, Attrs: []sai.Attr{{ID: sai.SwitchAttrSupportedObjectTypeList}}}
	if rep := p.call(types); !slices.Contains(rep.Attrs[0].Value.Ints(), int32(sai.ObjectTypeRouteEntry)) || slices.Contains(rep.Attrs[0].Value.Ints(), int32(sai.ObjectTypeDtel)) {
		t.Errorf("supported types: %v", rep)
	}
	if rep := p.call(wire.Request{Op: wire.OpStatCapability, Type: sai.ObjectTypePort, Switch: sw}); len(rep.Enums) < 10 {
		t.Errorf("port counters: %v", rep.Enums)
	}
}

func TestBoard(t *testing.T) {
	dir := t.TempDir()
	load := func(text string) error {
		t.Helper()
		file := filepath.Join(dir, "board.yaml")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := LoadBoard(file)
		return err
	}
	for _, good := range []string{
		"mac: 02:00:00:00:00:01\nports:\n- {name: p0, netdev: eth1, lanes: [1, 2], speed: 40000}\n",
		"mac: 02:00:00:00:00:01\nports:\n- {name: p0, netdev: eth1, lanes: [1, 2, 3, 4], breakout: [\"\", eth2, \"\"], speed: 40000}\n",
	} {
		if err := load(good); err != nil {
			t.Error(err)
		}
	}
	for text, want := range map[string]string{
		"mac: 01:00:00:00:00:01\n": "unicast",
		"mac: 02:00:00:00:00:01\nports: [{name: a, netdev: e1, lanes: [1]}, {name: b, netdev: e2, lanes: [1]}]\n": "lane 1 belongs",
		"mac: 02:00:00:00:00:01\nports: [{name: a, netdev: e1, lanes: [1]}, {name: b, netdev: e1, lanes: [2]}]\n": "netdev e1 belongs",
		"mac: 02:00:00:00:00:01\nports: [{name: a, netdev: e1, lanes: [1, 2], breakout: [e1]}]\n":                 "netdev e1 belongs",
		"mac: 02:00:00:00:00:01\nports: [{name: a, netdev: e1, lanes: [1, 2], breakout: [e2, e3]}]\n":             "2 netdevs for the lanes after the first",
		"mac: 02:00:00:00:00:01\nports: [{name: a}]\n":                                                            "are needed",
		"mac: 02:00:00:00:00:01\nfan: 1\n":                                                                        "fan",
	} {
		if err := load(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func routesRequest(sw, vr, target sai.ObjectID, first, n int) wire.Request {
	req := wire.Request{Op: wire.OpCreate, Type: sai.ObjectTypeRouteEntry, Switch: sw}
	for i := first; i < first+n; i++ {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(10 + i>>16), byte(i >> 8), byte(i), 0}), 24)
		req.Create = append(req.Create, sai.NewObject{
			Object: sai.EntryOf(sai.RouteEntry{Switch: sw, VR: vr, Destination: p}),
			Attrs:  []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(target)}},
		})
	}
	return req
}
