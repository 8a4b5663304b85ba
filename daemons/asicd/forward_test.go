//go:build cgo

package asicd

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/heddle-nos/heddle/internal/ethtool"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/sai"
)

// realRig is asicd as a process of its own on the real data plane, with a host
// on each of two ports and a namespace for the switch's CPU.
type realRig struct {
	shimRig
	silicon, cpu netns.NsHandle
	hosts        [2]netns.NsHandle
	asicd        *exec.Cmd
	ports        []sai.ObjectID
}

func newRealRig(t testing.TB) *realRig {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root: network namespaces and BPF")
	}
	dir, err := os.MkdirTemp("", "asicd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	r := &realRig{shimRig: shimRig{asicRig: &asicRig{TB: t}}}
	r.silicon, r.cpu = newNetns(t), newNetns(t)
	for i := range r.hosts {
		r.hosts[i] = newNetns(t)
		r.cable(i)
	}
	r.cfg = Config{
		Board: testBoard(), Socket: filepath.Join(dir, "s"), StateDir: filepath.Join(dir, "state"), ReadyFile: filepath.Join(dir, "ready"),
		PinDir: fmt.Sprintf("/sys/fs/bpf/heddle-asicd-test-%d", os.Getpid()), Netns: nsPath(r.silicon), HostNetns: nsPath(r.cpu),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	t.Cleanup(func() {
		r.kill()
		if err := Destroy(r.cfg); err != nil {
			t.Errorf("destroy: %v", err)
		}
	})
	r.launch()
	r.attach()
	list := []sai.Attr{{ID: sai.SwitchAttrPortList}}
	r.want("ports", r.lib.Get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), list), sai.StatusSuccess)
	r.ports = list[0].Value.OIDs()
	for _, p := range r.ports {
		r.want("enable port", r.lib.Set([]sai.Object{sai.ObjectOf(sai.ObjectTypePort, p)}, []sai.Attr{{ID: sai.PortAttrAdminState, Value: sai.Bool(true)}}, false)[0], sai.StatusSuccess)
	}
	return r
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
func (r *realRig) in(ns netns.NsHandle, f func() error) {
	r.Helper()
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
		r.Fatal(err)
	}
}

// cable joins device eth<i+1> of the silicon with device e0 of host i.
func (r *realRig) cable(i int) {
	r.in(r.silicon, func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name = fmt.Sprintf("eth%d", i+1)
		return netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "e0", PeerNamespace: netlink.NsFd(r.hosts[i])})
	})
	r.in(r.hosts[i], func() error {
		// Redirected frames need NAPI at the far end, and checksums in the frame.
		if err := ethtool.Enable("e0", ethtool.GRO); err != nil {
			return err
		}
		return ethtool.Disable("e0", ethtool.TxChecksum)
	})
}

// address gives a device an address and takes it up.
func (r *realRig) address(ns netns.NsHandle, dev, cidr string) {
	r.Helper()
	r.in(ns, func() error {
		l, err := netlink.LinkByName(dev)
		if err != nil {
			return err
		}
		a, err := netlink.ParseAddr(cidr)
		if err != nil {
			return err
		}
		if err := netlink.AddrReplace(l, a); err != nil {
			return err
		}
		return netlink.LinkSetUp(l)
	})
}

// defaultVia sets a host's default route.
func (r *realRig) defaultVia(ns netns.NsHandle, gw string) {
	r.Helper()
	r.in(ns, func() error {
		_, all, _ := net.ParseCIDR("0.0.0.0/0")
		return netlink.RouteReplace(&netlink.Route{Dst: all, Gw: net.ParseIP(gw)})
	})
}

func (r *realRig) launch() {
	r.Helper()
	text, err := json.Marshal(r.cfg)
	if err != nil {
		r.Fatal(err)
	}
	_ = process.NotReady(r.cfg.ReadyFile)
	r.asicd = exec.Command(os.Args[0])
	r.asicd.Env = append(os.Environ(), configEnv+"="+string(text))
	r.asicd.Stdout, r.asicd.Stderr = r.Output(), r.Output()
	if err := r.asicd.Start(); err != nil {
		r.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		if _, err := os.Stat(r.cfg.ReadyFile); err == nil {
			return
		}
		if time.Now().After(deadline) {
			r.Fatal("asicd did not get ready")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// kill ends asicd without a chance to clean up.
func (r *realRig) kill() {
	if r.asicd != nil {
		_ = r.asicd.Process.Kill()
		_ = r.asicd.Wait()
		r.asicd = nil
	}
}

// echo answers UDP on port 7 in a namespace until the test ends.
func (r *realRig) echo(ns netns.NsHandle) {
	r.Helper()
	r.in(ns, func() error {
		conn, err := net.ListenPacket("udp4", ":7")
		if err != nil {
			return err
		}
		r.Cleanup(func() { _ = conn.Close() })
		go func() {
			buf := make([]byte, 64)
			for {
				n, from, err := conn.ReadFrom(buf)
				if err != nil {
					return
				}
				_, _ = conn.WriteTo(buf[:n], from)
			}
		}()
		return nil
	})
}

// exchange sends n numbered datagrams and returns how many distinct came back.
func (r *realRig) exchange(ns netns.NsHandle, to string, n int, gap time.Duration) int {
	r.Helper()
	seen := map[string]bool{}
	r.in(ns, func() error {
		conn, err := net.Dial("udp4", net.JoinHostPort(to, "7"))
		if err != nil {
			return err
		}
		defer conn.Close()
		go func() {
			for i := range n {
				_, _ = conn.Write([]byte(strconv.Itoa(i)))
				time.Sleep(gap)
			}
		}()
		buf := make([]byte, 64)
		_ = conn.SetReadDeadline(time.Now().Add(time.Duration(n)*gap + 2*time.Second))
		for len(seen) < n {
			k, err := conn.Read(buf)
			if err != nil {
				break
			}
			seen[string(buf[:k])] = true
		}
		return nil
	})
	return len(seen)
}

// reaches waits until an exchange works.
func (r *realRig) reaches(ns netns.NsHandle, to string) {
	r.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for r.exchange(ns, to, 1, 0) == 0 {
		if time.Now().After(deadline) {
			r.Fatalf("no echo from %s", to)
		}
	}
}

func (r *realRig) hostif(owner sai.ObjectID, name string) {
	r.Helper()
	r.create(sai.ObjectTypeHostif, sai.Attr{ID: sai.HostifAttrType, Value: sai.Enum(sai.HostifTypeNetdev)},
		sai.Attr{ID: sai.HostifAttrObjID, Value: sai.OID(owner)}, sai.Attr{ID: sai.HostifAttrName, Value: sai.Chardata(name)},
		sai.Attr{ID: sai.HostifAttrOperStatus, Value: sai.Bool(true)})
}

func (r *realRig) trap(t sai.HostifTrapType, a sai.PacketAction) {
	r.Helper()
	r.create(sai.ObjectTypeHostifTrap, sai.Attr{ID: sai.HostifTrapAttrTrapType, Value: sai.Enum(t)}, sai.Attr{ID: sai.HostifTrapAttrPacketAction, Value: sai.Enum(a)})
}

// TestRealSwitching: two hosts in VLAN 1 talk, asicd dies and comes back
// meanwhile, nothing is lost and the addresses are known again.
func TestRealSwitching(t *testing.T) {
	r := newRealRig(t)
	for i, h := range r.hosts {
		r.address(h, "e0", fmt.Sprintf("10.1.0.%d/24", i+1))
	}
	r.echo(r.hosts[1])
	r.reaches(r.hosts[0], "10.1.0.2")
	r.crashDuring(500, r.hosts[0], "10.1.0.2")
	r.learned(2)
}

// crashDuring kills and restarts asicd amid an exchange and expects no loss.
func (r *realRig) crashDuring(n int, ns netns.NsHandle, to string) {
	r.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		time.Sleep(100 * time.Millisecond)
		r.kill()
	}()
	got := r.exchange(ns, to, n/2, 2*time.Millisecond)
	<-done
	restarted := make(chan struct{})
	go func() {
		defer close(restarted)
		r.launch()
	}()
	got += r.exchange(ns, to, n/2, 2*time.Millisecond)
	<-restarted
	if got != n/2*2 {
		r.Errorf("%d of %d datagrams came through a crash and a restart", got, n/2*2)
	}
}

// routed makes a routed port with a host interface, its own address and its
// subnet.
func (r *realRig) routed(i int, name, cidr string) sai.ObjectID {
	r.Helper()
	p := netip.MustParsePrefix(cidr)
	r.hostif(r.ports[i], name)
	rif := r.create(sai.ObjectTypeRouterInterface, sai.Attr{ID: sai.RouterInterfaceAttrVirtualRouterID, Value: sai.OID(r.vr)},
		sai.Attr{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypePort)},
		sai.Attr{ID: sai.RouterInterfaceAttrPortID, Value: sai.OID(r.ports[i])})
	r.route(netip.PrefixFrom(p.Addr(), p.Addr().BitLen()), r.shimRig.cpu)
	r.route(p.Masked(), rif)
	r.address(r.cpu, name, cidr)
	return rif
}

func (r *realRig) route(p netip.Prefix, target sai.ObjectID) {
	r.Helper()
	e := sai.EntryOf(sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: p})
	r.want("route", r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, []sai.NewObject{{Object: e, Attrs: []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(target)}}}}, false)[0], sai.StatusSuccess)
}

// TestRealRouting: two hosts on routed ports reach the switch's CPU and each
// other, through a crash of asicd too.
func TestRealRouting(t *testing.T) {
	r := newRealRig(t)
	for _, m := range []sai.ObjectType{sai.ObjectTypeVLANMember, sai.ObjectTypeBridgePort} {
		objs, st := r.lib.Objects(r.sw, m)
		r.want("list "+m.String(), st, sai.StatusSuccess)
		for _, st := range r.lib.Remove(objs, false) {
			r.want("remove "+m.String(), st, sai.StatusSuccess)
		}
	}
	r.trap(sai.HostifTrapTypeARPRequest, sai.PacketActionTrap)
	r.trap(sai.HostifTrapTypeARPResponse, sai.PacketActionTrap)
	r.trap(sai.HostifTrapTypeIP2ME, sai.PacketActionTrap)
	var rifs []sai.ObjectID
	for i, h := range r.hosts {
		rifs = append(rifs, r.routed(i, fmt.Sprintf("Ethernet%d", 4*i), fmt.Sprintf("10.0.%d.1/24", i)))
		r.address(h, "e0", fmt.Sprintf("10.0.%d.2/24", i))
		r.defaultVia(h, fmt.Sprintf("10.0.%d.1", i))
	}
	r.echo(r.cpu)
	r.echo(r.hosts[1])
	r.reaches(r.hosts[0], "10.0.0.1")
	r.reaches(r.hosts[1], "10.0.1.1")
	for i, h := range r.hosts {
		n := sai.EntryOf(sai.NeighborEntry{Switch: r.sw, RIF: rifs[i], IP: netip.AddrFrom4([4]byte{10, 0, byte(i), 2})})
		mac := sai.Attr{ID: sai.NeighborEntryAttrDstMACAddress, Value: sai.MACValue(r.macOf(h))}
		r.want("neighbour", r.lib.Create(sai.ObjectTypeNeighborEntry, r.sw, []sai.NewObject{{Object: n, Attrs: []sai.Attr{mac}}}, false)[0], sai.StatusSuccess)
	}
	r.reaches(r.hosts[0], "10.0.1.2")
	r.crashDuring(500, r.hosts[0], "10.0.1.2")
	r.reaches(r.hosts[0], "10.0.0.1")
	got, st := r.lib.Stats(sai.ObjectOf(sai.ObjectTypePort, r.ports[0]), []sai.StatID{sai.StatID(sai.PortStatIfInUcastPkts)}, sai.StatsModeRead)
	if r.want("stats", st, sai.StatusSuccess); len(got) == 1 && got[0] < 500 {
		t.Errorf("%d unicast packets counted on port 1", got[0])
	}
}

func (r *realRig) macOf(ns netns.NsHandle) (m sai.MAC) {
	r.Helper()
	r.in(ns, func() error {
		l, err := netlink.LinkByName("e0")
		if err == nil {
			copy(m[:], l.Attrs().HardwareAddr)
		}
		return err
	})
	return m
}

// TestRealVLANInterface: hosts in VLAN 100, one of them tagged by no one, reach
// the CPU's interface in that VLAN.
func TestRealVLANInterface(t *testing.T) {
	r := newRealRig(t)
	objs, _ := r.lib.Objects(r.sw, sai.ObjectTypeVLANMember)
	for _, st := range r.lib.Remove(objs, false) {
		r.want("remove member", st, sai.StatusSuccess)
	}
	vlan := r.create(sai.ObjectTypeVLAN, sai.Attr{ID: sai.VLANAttrVLANID, Value: sai.U16(100)})
	bridgePorts, _ := r.lib.Objects(r.sw, sai.ObjectTypeBridgePort)
	for i, bp := range bridgePorts {
		r.create(sai.ObjectTypeVLANMember, sai.Attr{ID: sai.VLANMemberAttrVLANID, Value: sai.OID(vlan)}, sai.Attr{ID: sai.VLANMemberAttrBridgePortID, Value: sai.OID(bp.OID)})
		r.want("pvid", r.lib.Set([]sai.Object{sai.ObjectOf(sai.ObjectTypePort, r.ports[i])}, []sai.Attr{{ID: sai.PortAttrPortVLANID, Value: sai.U16(100)}}, false)[0], sai.StatusSuccess)
	}
	r.trap(sai.HostifTrapTypeARPRequest, sai.PacketActionCopy)
	r.trap(sai.HostifTrapTypeARPResponse, sai.PacketActionCopy)
	r.trap(sai.HostifTrapTypeIP2ME, sai.PacketActionTrap)
	r.hostif(vlan, "Vlan100")
	r.create(sai.ObjectTypeRouterInterface, sai.Attr{ID: sai.RouterInterfaceAttrVirtualRouterID, Value: sai.OID(r.vr)},
		sai.Attr{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypeVLAN)}, sai.Attr{ID: sai.RouterInterfaceAttrVLANID, Value: sai.OID(vlan)})
	r.route(netip.MustParsePrefix("10.1.0.254/32"), r.shimRig.cpu)
	r.address(r.cpu, "Vlan100", "10.1.0.254/24")
	for i, h := range r.hosts {
		r.address(h, "e0", fmt.Sprintf("10.1.0.%d/24", i+1))
	}
	r.echo(r.hosts[1])
	r.echo(r.cpu)
	r.reaches(r.hosts[0], "10.1.0.2")
	r.reaches(r.hosts[0], "10.1.0.254")
	r.reaches(r.cpu, "10.1.0.2")
	r.reaches(r.hosts[1], "10.1.0.254")
	r.kill()
	r.launch()
	r.reaches(r.hosts[0], "10.1.0.254")
	r.learned(2)
}

// learned waits until the switch knows that many FDB entries.
func (r *realRig) learned(n int) {
	r.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		entries, st := r.lib.Objects(r.sw, sai.ObjectTypeFDBEntry)
		r.want("list fdb", st, sai.StatusSuccess)
		if len(entries) >= n {
			return
		} else if time.Now().After(deadline) {
			r.Fatalf("%d FDB entries, want %d", len(entries), n)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// BenchmarkRealRoutes creates 2^17 routes through libsai.so and asicd on the real
// data plane, and restarts asicd with them.
func BenchmarkRealRoutes(b *testing.B) {
	r := newRealRig(b)
	const total, bulk = 1 << 17, 4096
	b.ResetTimer()
	for range b.N {
		began := time.Now()
		for i := 0; i < total; i += bulk {
			req := routesRequest(r.sw, r.vr, r.shimRig.cpu, i, bulk)
			r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, req.Create, false)
		}
		b.ReportMetric(total/time.Since(began).Seconds(), "routes/s")
		r.kill()
		began = time.Now()
		r.launch()
		b.ReportMetric(time.Since(began).Seconds(), "restart-s")
		b.StopTimer()
		for i := 0; i < total; i += bulk {
			req := routesRequest(r.sw, r.vr, r.shimRig.cpu, i, bulk)
			objs := make([]sai.Object, bulk)
			for k := range objs {
				objs[k] = req.Create[k].Object
			}
			r.lib.Remove(objs, false)
		}
		b.StartTimer()
	}
}
