package dataplane

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/ethtool"
)

const patience = 5 * time.Second

// rig is a switch with its ports wired to packet sockets: port n is device "en"
// in the silicon and "wn" on the far side.
type rig struct {
	*Plane
	t                   testing.TB
	cfg                 Config
	silicon, host, wire netns.NsHandle
	wires               map[PortID]*wire
}

// wire is the far end of a port, or the CPU's end of a host interface.
type wire struct {
	t  testing.TB
	fd int
}

var rigs atomic.Int32

// newRig makes namespaces, wires and an open plane. Ports are not set.
func newRig(t testing.TB, ports int, change ...func(*Config)) *rig {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root: network namespaces and BPF")
	}
	r := &rig{t: t, wires: map[PortID]*wire{}}
	for _, ns := range []*netns.NsHandle{&r.silicon, &r.host, &r.wire} {
		*ns = newNetns(t)
	}
	r.cfg = Config{
		PinDir: fmt.Sprintf("/sys/fs/bpf/heddle-test-%d-%d", os.Getpid(), rigs.Add(1)),
		Netns:  nsPath(r.silicon), HostNetns: nsPath(r.host),
		Log: slog.New(slog.NewTextHandler(testWriter{t}, nil)), MaxAdj: 1 << 12, MaxFDB: 1 << 12, FIB4Groups: 1 << 8,
	}
	for _, c := range change {
		c(&r.cfg)
	}
	for i := 1; i <= ports; i++ {
		r.plugWire(i)
	}
	r.open()
	t.Cleanup(func() {
		if err := r.Destroy(); err != nil {
			t.Errorf("destroy: %v", err)
		}
	})
	return r
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimSpace(b))
	return len(b), nil
}

func (r *rig) open() {
	r.t.Helper()
	p, err := Open(r.cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	r.Plane = p
}

// restart closes the plane and opens it again.
func (r *rig) restart() {
	r.t.Helper()
	if err := r.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.open()
	if !r.Adopted() {
		r.t.Fatal("tables were not adopted")
	}
}

func nsPath(ns netns.NsHandle) string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), int(ns)) }

func newNetns(t testing.TB) netns.NsHandle {
	t.Helper()
	type result struct {
		ns  netns.NsHandle
		err error
	}
	c := make(chan result)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		ns, err := netns.New()
		c <- result{ns, err}
	}()
	got := <-c
	if got.err != nil {
		t.Skipf("needs network namespaces: %v", got.err)
	}
	t.Cleanup(func() { _ = got.ns.Close() })
	return got.ns
}

// in runs f on a thread of a namespace.
func in(t testing.TB, ns netns.NsHandle, f func() error) {
	t.Helper()
	c := make(chan error)
	go func() {
		runtime.LockOSThread()
		if err := netns.Set(ns); err != nil {
			c <- err
			return
		}
		c <- f()
	}()
	if err := <-c; err != nil {
		t.Fatal(err)
	}
}

func (r *rig) plugWire(i int) { r.plugWireAt(i, 0) }

// plugWireAt makes the wire of a port, with an index for the port's device.
func (r *rig) plugWireAt(i, index int) {
	r.t.Helper()
	in(r.t, r.silicon, func() error {
		return netlink.LinkAdd(&netlink.Veth{
			LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("e%d", i), MTU: 9100, Index: index},
			PeerName:  fmt.Sprintf("w%d", i), PeerNamespace: netlink.NsFd(int(r.wire)), PeerMTU: 9200,
		})
	})
	name := fmt.Sprintf("w%d", i)
	in(r.t, r.wire, func() error {
		return errors.Join(ethtool.Disable(name, ethtool.TxChecksum, ethtool.TxVLAN, ethtool.TSO),
			ethtool.Enable(name, ethtool.GRO))
	})
	r.wires[PortID(i)] = r.listen(r.wire, name)
}

// listen opens a packet socket on a device, which it sets up.
func (r *rig) listen(ns netns.NsHandle, name string) *wire {
	r.t.Helper()
	w := &wire{t: r.t}
	in(r.t, ns, func() (err error) {
		_ = silence(name)
		dev, err := netlink.LinkByName(name)
		if err != nil {
			return err
		}
		if err := errors.Join(netlink.SetPromiscOn(dev), netlink.LinkSetUp(dev)); err != nil {
			return err
		}
		w.fd, err = packetSocket(dev.Attrs().Index)
		return err
	})
	r.t.Cleanup(func() { _ = unix.Close(w.fd) })
	return w
}

func packetSocket(ifindex int) (int, error) {
	const all = 0x0300 // ETH_P_ALL in network order
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, all)
	if err != nil {
		return 0, err
	}
	return fd, errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 16<<20),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1),
		unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: ifindex}))
}

func (w *wire) send(frame []byte) {
	w.t.Helper()
	if _, err := unix.Write(w.fd, frame); err != nil {
		w.t.Fatalf("send: %v", err)
	}
}

// receive waits for a frame; nil after the time is over.
func (w *wire) receive(wait time.Duration) []byte {
	w.t.Helper()
	tv := unix.NsecToTimeval(wait.Nanoseconds())
	if err := unix.SetsockoptTimeval(w.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv); err != nil {
		w.t.Fatal(err)
	}
	buf, oob := make([]byte, 10000), make([]byte, 256)
	for {
		n, oobn, _, _, err := unix.Recvmsg(w.fd, buf, oob, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err != nil {
			w.t.Fatalf("receive: %v", err)
		}
		return withTag(w.t, buf[:n], oob[:oobn])
	}
}

// withTag puts the VLAN tag, which the kernel gives beside the frame, back.
func withTag(t testing.TB, frame, oob []byte) []byte {
	t.Helper()
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range msgs {
		if m.Header.Level != unix.SOL_PACKET || m.Header.Type != unix.PACKET_AUXDATA {
			continue
		}
		aux := (*unix.TpacketAuxdata)(unsafe.Pointer(unsafe.SliceData(m.Data)))
		if aux.Status&unix.TP_STATUS_VLAN_VALID == 0 {
			continue
		}
		tag := binary.BigEndian.AppendUint16([]byte{0x81, 0}, aux.Vlan_tci)
		return bytes.Join([][]byte{frame[:12], tag, frame[12:]}, nil)
	}
	return frame
}

// expect sends a frame into a port and checks what comes out, and where.
func (r *rig) expect(from PortID, frame []byte, want map[PortID][]byte) {
	r.t.Helper()
	r.wires[from].send(frame)
	r.arrive(want)
}

// arrive waits for the frames wanted, and then that nothing else comes.
func (r *rig) arrive(want map[PortID][]byte) {
	r.t.Helper()
	for id, frame := range want {
		if got := r.wires[id].receive(patience); !bytes.Equal(got, frame) {
			r.t.Fatalf("port %d:\n got %x\nwant %x\n%s", id, got, frame, r.counts())
		}
	}
	for id, w := range r.wires {
		if got := w.receive(5 * time.Millisecond); got != nil {
			r.t.Fatalf("port %d: unexpected %x", id, got)
		}
	}
}

// counts tells where frames went.
func (r *rig) counts() string {
	s := fmt.Sprintf("drops %v", r.drops())
	for id := range r.wires {
		c, err := r.PortCounters(id)
		s += fmt.Sprintf("\nport %d up %v: %v %v", id, r.PortState(id), c, err)
	}
	return s
}

func (r *rig) drops() map[string]uint64 {
	r.t.Helper()
	all, err := r.DropCounters()
	if err != nil {
		r.t.Fatal(err)
	}
	named := make(map[string]uint64, len(all))
	for why, n := range all {
		named[why.String()] = n
	}
	return named
}

// portDrops are all drops of a port.
func (r *rig) portDrops(id PortID) (sum uint64) {
	r.t.Helper()
	all, err := r.PortDrops(id)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, n := range all {
		sum += n
	}
	return sum
}

// expectDrop sends a frame into a port and waits until it is dropped for a
// reason.
func (r *rig) expectDrop(from PortID, frame []byte, why string) {
	r.t.Helper()
	before, there := r.drops(), r.portDrops(from)
	r.wires[from].send(frame)
	r.until(why, func() bool { return r.drops()[why] == before[why]+1 })
	if got := r.portDrops(from); got != there+1 {
		r.t.Fatalf("port %d counts %d drops, not %d", from, got, there+1)
	}
	for id, w := range r.wires {
		if got := w.receive(time.Millisecond); got != nil {
			r.t.Fatalf("port %d: unexpected %x", id, got)
		}
	}
}

// until waits for a condition.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	for end := time.Now().Add(patience); !ok(); {
		if time.Now().After(end) {
			r.t.Fatalf("%s: not in time; drops %v", what, r.drops())
		}
		time.Sleep(time.Millisecond)
	}
}

func (r *rig) must(errs ...error) {
	r.t.Helper()
	if err := errors.Join(errs...); err != nil {
		r.t.Fatal(err)
	}
}

// event waits for the next event of a kind.
func (r *rig) event(kind EventKind) Event {
	r.t.Helper()
	for end := time.After(patience); ; {
		select {
		case e := <-r.Events():
			if e.Kind == kind {
				return e
			}
		case <-end:
			r.t.Fatalf("no event %d; drops %v", kind, r.drops())
		}
	}
}

// bridge sets ports 1..n up as untagged members of VLAN 1.
func (r *rig) bridge(vid uint16, tagged bool, ids ...PortID) {
	r.t.Helper()
	r.must(r.SetVLAN(vid, VLAN{}))
	for _, id := range ids {
		p := Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true, MTU: 9100, BridgePort: true}
		if !tagged {
			p.PVID = vid
		}
		r.must(r.SetPort(id, p), r.SetVLANMember(vid, id, tagged))
	}
	r.up(ids...)
}

func (r *rig) up(ids ...PortID) {
	r.t.Helper()
	for _, id := range ids {
		r.until(fmt.Sprintf("port %d up", id), func() bool {
			return r.PortState(id) && r.running(r.wire, fmt.Sprintf("w%d", id))
		})
	}
}

// running tells whether a device can send: before, the kernel swallows frames.
func (r *rig) running(ns netns.NsHandle, name string) bool {
	up := false
	in(r.t, ns, func() error {
		dev, err := netlink.LinkByName(name)
		if err == nil {
			up = linkUp(dev.Attrs())
		}
		return err
	})
	return up
}

func mac(last byte) MAC { return MAC{2, 0, 0, 0, 0, last} }

var (
	broadcast = MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	router    = MAC{2, 0xaa, 0, 0, 0, 1}
)

// ether is an Ethernet frame; vid 0 is untagged.
func ether(dst, src MAC, vid uint16, proto uint16, payload []byte) []byte {
	b := append(append([]byte{}, dst[:]...), src[:]...)
	if vid != 0 {
		b = binary.BigEndian.AppendUint16(append(b, 0x81, 0), vid)
	}
	return append(binary.BigEndian.AppendUint16(b, proto), payload...)
}

// l2 is a frame of an experimental type.
func l2(dst, src MAC, vid uint16) []byte { return ether(dst, src, vid, 0x88b5, make([]byte, 46)) }

func serialize(t testing.TB, ls ...gopacket.SerializableLayer) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	o := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(b, o, ls...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// udp is an IP packet with a UDP payload of a size.
func udp(t testing.TB, src, dst string, ttl uint8, size int) []byte {
	t.Helper()
	s, d := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	u := &layers.UDP{SrcPort: 1000, DstPort: 2000}
	if s.Is4() {
		ip := &layers.IPv4{Version: 4, TTL: ttl, Protocol: layers.IPProtocolUDP, SrcIP: s.AsSlice(), DstIP: d.AsSlice()}
		_ = u.SetNetworkLayerForChecksum(ip)
		return serialize(t, ip, u, gopacket.Payload(make([]byte, size)))
	}
	ip := &layers.IPv6{Version: 6, HopLimit: ttl, NextHeader: layers.IPProtocolUDP, SrcIP: net.IP(s.AsSlice()), DstIP: d.AsSlice()}
	_ = u.SetNetworkLayerForChecksum(ip)
	return serialize(t, ip, u, gopacket.Payload(make([]byte, size)))
}
