package mcsnoopd

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang/schema"
)

const patience = 30 * time.Second

// box is a switch without an ASIC: a namespace with its ports, and its Redis.
type box struct {
	t      *testing.T
	kernel *kernel.Kernel
	srv    *redistest.Server
	client *statedb.Client
	taken  atomic.Int64 // rows that orchagent would have taken
}

func newBox(t *testing.T) *box {
	b := &box{t: t, kernel: kerneltest.New(t), srv: redistest.Start(t)}
	b.client = b.srv.Client(t)
	b.configure()
	for _, table := range []string{schema.AppTableL2MCVLAN, schema.AppTableL2MCMRouter, schema.AppTableL2MCMember} {
		b.consume(table)
	}
	return b
}

// configure snoops one VLAN of two ports, quickly.
func (b *box) configure() {
	b.set("DEVICE_METADATA", "localhost", "mac", "02:00:00:00:00:01")
	b.set("VLAN", "Vlan10", "vlanid", "10")
	b.set("VLAN_MEMBER", "Vlan10|Ethernet0", "tagging_mode", "untagged")
	b.set("VLAN_MEMBER", "Vlan10|Ethernet4", "tagging_mode", "untagged")
	for _, table := range []string{schema.TableL2MC, schema.TableMLDL2MC} {
		b.set(table, "Vlan10", "enabled", "true", "querier", "true", "query-interval", "2", "query-max-response-time", "1",
			"last-member-query-interval", "500")
	}
}

func (b *box) set(table, key string, kv ...string) {
	b.t.Helper()
	row := statedb.Fields{}
	for i := 0; i < len(kv); i += 2 {
		row[kv[i]] = kv[i+1]
	}
	if err := b.client.DB(statedb.ConfigDB).Set(b.t.Context(), table, key, row); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) consume(table string) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		consumer := statedb.NewConsumer(b.client.DB(statedb.ApplDB), table, statedb.ConsumerOptions{})
		_ = consumer.Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			b.taken.Add(int64(len(ops)))
			return nil
		})
	}()
	b.t.Cleanup(func() { cancel(); <-done })
}

// host is a station behind a port.
func (b *box) host(port string) *kernel.Kernel {
	k := kerneltest.New(b.t)
	kerneltest.Cable(b.t, b.kernel, port, k, "eth0")
	kerneltest.Up(b.t, b.kernel, port)
	return k
}

// join has the kernel of a host listen to a group, until the socket is closed.
func join(t *testing.T, k *kernel.Kernel, group string) (leave func()) {
	t.Helper()
	index, a := kerneltest.Link(t, k, "eth0").Attrs().Index, netip.MustParseAddr(group)
	family, joined := unix.AF_INET, func(fd int) error {
		return unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, &unix.IPMreqn{Multiaddr: a.As4(), Ifindex: int32(index)})
	}
	if a.Is6() {
		family, joined = unix.AF_INET6, func(fd int) error {
			return unix.SetsockoptIPv6Mreq(fd, unix.IPPROTO_IPV6, unix.IPV6_JOIN_GROUP, &unix.IPv6Mreq{Multiaddr: a.As16(), Interface: uint32(index)})
		}
	}
	var fd int
	err := k.Inside(func() (err error) {
		if fd, err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err == nil {
			err = joined(fd)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	left := false
	leave = func() {
		if !left {
			left = true
			_ = unix.Close(fd)
		}
	}
	t.Cleanup(leave)
	return leave
}

func (b *box) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, work)
}

// members waits for these rows, of the groups that tests join: hosts join others by themselves.
func (b *box) members(want ...string) {
	b.t.Helper()
	expect := map[string]bool{}
	for _, key := range want {
		expect[key] = true
	}
	var diff string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		rows, err := b.client.DB(statedb.ApplDB).All(b.t.Context(), schema.AppTableL2MCMember)
		if err != nil {
			continue
		}
		got := map[string]bool{}
		for key := range rows {
			got[key] = true
		}
		if diff = cmp.Diff(expect, got); diff == "" {
			return
		}
	}
	b.t.Fatalf("members never became so: %s", diff)
}

// vlan waits for what becomes of groups without listeners.
func (b *box) vlan(unknown schema.UnknownMulticast) {
	b.t.Helper()
	var row statedb.Fields
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		row, _, _ = b.client.DB(statedb.ApplDB).Get(b.t.Context(), schema.AppTableL2MCVLAN, "Vlan10")
		if row["unknown_multicast"] == string(unknown) && row["snooping_v4"] == "enabled" && row["snooping_v6"] == "enabled" {
			return
		}
	}
	b.t.Fatalf("VLAN is %v", row)
}

// Hosts of a real kernel join and leave; a restart in between is not seen.
func TestHosts(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	first, second := b.host("Ethernet0"), b.host("Ethernet4")
	leave := join(t, first, "239.1.1.1")
	join(t, second, "239.1.1.1")
	leave6 := join(t, first, "ff05::1:3")
	stop := b.start() // joined before: they answer the first question
	b.members("Vlan10:0.0.0.0:239.1.1.1:Ethernet0", "Vlan10:0.0.0.0:239.1.1.1:Ethernet4", "Vlan10::::ff05::1:3:Ethernet0")
	b.vlan(schema.UnknownMulticastDropToRouters)

	before := b.taken.Load()
	stop()
	stop = b.start()
	time.Sleep(6 * time.Second) // longer than a listener counts that is not heard again
	b.members("Vlan10:0.0.0.0:239.1.1.1:Ethernet0", "Vlan10:0.0.0.0:239.1.1.1:Ethernet4", "Vlan10::::ff05::1:3:Ethernet0")
	if after := b.taken.Load(); after != before {
		t.Errorf("a restart wrote %d rows", after-before)
	}
	leave()
	b.members("Vlan10:0.0.0.0:239.1.1.1:Ethernet4", "Vlan10::::ff05::1:3:Ethernet0")
	leave6()
	b.members("Vlan10:0.0.0.0:239.1.1.1:Ethernet4")

	// What changed while nobody looked is found.
	stop()
	if err := b.kernel.LinkSetDown(kerneltest.Link(t, b.kernel, "Ethernet4")); err != nil {
		t.Fatal(err)
	}
	b.start()
	b.members()
}

// What Redis loses comes again.
func TestOutlivesRedis(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	join(t, b.host("Ethernet0"), "239.1.1.1")
	b.start()
	b.members("Vlan10:0.0.0.0:239.1.1.1:Ethernet0")
	b.srv.Stop(t)
	b.srv.RestartEmpty(t)
	b.configure()
	b.members("Vlan10:0.0.0.0:239.1.1.1:Ethernet0")
	b.vlan(schema.UnknownMulticastDropToRouters)
}

// The filter lets group membership through, with and without a tag, and nothing else.
func TestSocket(t *testing.T) {
	a, far := kerneltest.New(t), kerneltest.New(t)
	kerneltest.Cable(t, a, "Ethernet0", far, "eth0")
	kerneltest.Up(t, a, "Ethernet0")
	from := kerneltest.Link(t, far, "eth0").Attrs().Index
	got := listen(t, a, kerneltest.Link(t, a, "Ethernet0").Attrs().Index)
	send := open(t, far)
	mld := query(2, "fe80::1")
	udp := append([]byte{0x45, 0, 0, 28, 0, 0, 0, 0, 1, 17, 0, 0, 10, 0, 0, 9, 239, 1, 1, 1}, make([]byte, 8)...)
	hello := append([]byte{0x45, 0, 0, 24, 0, 0, 0, 0, 1, 103, 0, 0, 10, 0, 0, 9, 224, 0, 0, 13}, 0x20, 0, 0xdf, 0xff)
	neighbour := append([]byte{0x60, 0, 0, 0, 0, 8, 58, 255}, make([]byte, 40)...)
	group := net.HardwareAddr{0x01, 0, 0x5e, 1, 1, 1}
	for _, c := range []struct {
		name   string
		f      frame
		passes bool
	}{
		{"UDP", frame{packet: udp}, false}, {"UDP with a tag", frame{vlan: 10, packet: udp}, false}, {"neighbour discovery", frame{packet: neighbour}, false},
		{"IGMP", frame{packet: query(2, "10.0.0.1")}, true}, {"IGMP with a tag", frame{vlan: 10, packet: query(3, "10.0.0.1")}, true},
		{"MLD", frame{packet: mld}, true}, {"MLD with a tag", frame{vlan: 10, packet: mld}, true}, {"PIM", frame{vlan: 10, packet: hello}, true},
	} {
		copy(c.f.to[:], group)
		c.f.from = [6]byte{2, 0, 0, 0, 0, 9}
		if err := send.Send(from, c.f.bytes()); err != nil {
			t.Fatal(err)
		}
		if !c.passes { // the next one that passes would come after it
			continue
		}
		select {
		case r := <-got:
			if d := cmp.Diff(c.f.bytes(), r.Frame); d != "" {
				t.Errorf("%s: %s", c.name, d)
			}
		case <-time.After(patience):
			t.Fatalf("%s: nothing came", c.name)
		}
	}
}

// listen has a socket hear a device.
func listen(t *testing.T, k *kernel.Kernel, device int) <-chan linkproto.Received {
	t.Helper()
	s := open(t, k)
	if err := s.Join(device); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, done := make(chan linkproto.Received), make(chan error, 1)
	go func() { done <- s.Receive(ctx, got) }()
	t.Cleanup(func() { cancel(); <-done })
	return got
}

func open(t *testing.T, k *kernel.Kernel) *linkproto.Socket {
	t.Helper()
	var s *linkproto.Socket
	if err := k.Inside(func() (err error) { s, err = openSocket(); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
