package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// listening is what TestMulticastGroups says of VLAN 100 in the place of mcsnoopd.
type listening struct {
	t       *testing.T
	l       *lab.Lab
	db      *statedb.Client
	written map[string]*statedb.Producer // by row
}

func (g *listening) set(table, key string, fields ...statedb.Field) {
	g.t.Helper()
	p := statedb.NewProducer(g.db.DB(statedb.ApplDB), table)
	if err := p.Set(g.t.Context(), key, fields...); err != nil {
		g.t.Fatal(err)
	}
	g.written[table+":"+key] = p
}

func (g *listening) del(row string) {
	g.t.Helper()
	_, key, _ := strings.Cut(row, ":")
	if err := g.written[row].Del(g.t.Context(), key); err != nil {
		g.t.Fatal(err)
	}
	delete(g.written, row)
}

func (g *listening) snoop(unknown string) {
	g.t.Helper()
	g.set("L2MC_VLAN_TABLE", "Vlan100", statedb.Field{Name: "snooping_v4", Value: "enabled"}, statedb.Field{Name: "snooping_v6", Value: "enabled"},
		statedb.Field{Name: "unknown_multicast", Value: unknown})
}

// end takes everything back and waits until the ASIC has.
func (g *listening) end() {
	g.t.Helper()
	for row := range g.written {
		g.del(row)
	}
	eventually(g.t, soon, func() error {
		rows, err := g.db.DB(statedb.StateDB).All(g.t.Context(), "HEDDLE_OBJECT_TABLE")
		for key := range rows {
			if strings.HasPrefix(key, "l2mc") || key == "trap/igmp_query" {
				return fmt.Errorf("%s is still there", key)
			}
		}
		return err
	})
}

// groupMAC is the address of an IP group (RFC 1112 section 6.4, RFC 2464 section 7).
func groupMAC(group string) net.HardwareAddr {
	a := net.ParseIP(group)
	if v4 := a.To4(); v4 != nil {
		return net.HardwareAddr{1, 0, 0x5e, v4[1] & 0x7f, v4[2], v4[3]}
	}
	return net.HardwareAddr{0x33, 0x33, a[12], a[13], a[14], a[15]}
}

// TestMulticastGroups says in APPL_DB who listens to what, and looks where the packets of groups come out: h6 sends, h1 and h2 are hosts, h7 is a
// router.
func TestMulticastGroups(t *testing.T) {
	l := basic(t)
	from, cpu := openTap(t, l, "h6"), openDevice(t, l, sw, "Ethernet20")
	taps := map[string]*tap{"h1": openTap(t, l, "h1"), "h2": openTap(t, l, "h2"), "h7": openTap(t, l, "h7")}
	g := &listening{t: t, l: l, db: database(t, l), written: map[string]*statedb.Producer{}}
	defer g.end()
	// hears sends a packet and tells who hears it.
	hears := func(source, group string) string {
		t.Helper()
		for _, p := range taps {
			p.drain(t)
		}
		from.send(t, datagram{srcMAC: mac(40), dstMAC: groupMAC(group), src: source, dst: group, ttl: 8, length: 64}.frame(t))
		var out []string
		for _, host := range []string{"h1", "h2", "h7"} {
			if taps[host].receive(t, quiet, isUDP(source, group)) != nil {
				out = append(out, host)
			}
		}
		return strings.Join(out, " ")
	}
	goesTo := func(want, source, group string) {
		t.Helper()
		got := ""
		eventually(t, soon, func() error {
			got = hears(source, group)
			return expect(got == want, fmt.Sprintf("%s from %s is heard by %q, want %q", group, source, got, want))
		})
	}
	dynamic := statedb.Field{Name: "type", Value: "dynamic"}
	const s4, s6 = "192.0.2.40", "2001:db8:100::40"
	goesTo("h1 h2 h7", s4, "239.1.1.1")
	g.snoop("flood")
	g.set("L2MC_MEMBER_TABLE", "Vlan100:0.0.0.0:239.1.1.1:Ethernet4", dynamic)
	g.set("L2MC_MEMBER_TABLE", "Vlan100::::ff05::1:Ethernet0", dynamic)
	goesTo("h2", s4, "239.1.1.1")
	goesTo("h1", s6, "ff05::1")
	g.set("L2MC_MROUTER_TABLE", "Vlan100:Ethernet24", dynamic)
	goesTo("h2 h7", s4, "239.1.1.1")
	goesTo("h1 h7", s6, "ff05::1")
	goesTo("h1 h2 h7", s4, "239.1.1.2") // nobody is known
	g.set("L2MC_MEMBER_TABLE", "Vlan100:"+s4+":239.1.1.1:Ethernet0", dynamic)
	goesTo("h1 h2 h7", s4, "239.1.1.1")
	goesTo("h2 h7", "192.0.2.41", "239.1.1.1")
	g.snoop("drop_to_routers")
	goesTo("h7", s4, "239.1.1.2")
	goesTo("h7", s6, "ff05::2")
	goesTo("h1 h2 h7", s4, "224.0.0.251")
	goesTo("h1 h2 h7", s6, "ff02::fb")
	g.del("L2MC_MEMBER_TABLE:Vlan100:" + s4 + ":239.1.1.1:Ethernet0")
	goesTo("h2 h7", s4, "239.1.1.1")

	t.Run("messages", func(t *testing.T) { g.messages(from, cpu, taps) })
	for _, program := range []string{"orchagent", "syncd", "asicd"} {
		t.Run(program+" killed", func(t *testing.T) {
			g.unheard(from, taps["h2"], taps["h1"], s4, "239.1.1.1", func() { restart(t, l, program, syscall.SIGKILL) })
		})
	}
	goesTo("h7", s4, "239.1.1.2")
	g.end()
	goesTo("h1 h2 h7", s4, "239.1.1.1")
	goesTo("h1 h2 h7", s6, "ff05::2")
}

// messages sends a report into a port: the CPU hears it there, nobody else does.
func (g *listening) messages(from, cpu *tap, taps map[string]*tap) {
	g.t.Helper()
	report := append(append(append([]byte{}, groupMAC("224.0.0.22")...), mac(40)...), 8, 0,
		0x46, 0xc0, 0, 40, 0, 0, 0, 0, 1, 2, 0x43, 0xf8, 192, 0, 2, 40, 224, 0, 0, 22, 0x94, 4, 0, 0, // IPv4 with a router alert
		0x22, 0, 0xea, 0xf8, 0, 0, 0, 1, 4, 0, 0, 0, 239, 5, 5, 5) // IGMPv3: TO_EX of 239.5.5.5
	isReport := func(f []byte) bool { return bytes.Contains(f, report[34:]) }
	cpu.drain(g.t)
	from.send(g.t, report)
	if f := cpu.receive(g.t, soon, isReport); f == nil || !bytes.Equal(f[:len(report)], report) {
		g.t.Errorf("the CPU got %x, want %x", f, report)
	}
	for host, p := range taps {
		if p.receive(g.t, quiet/3, isReport) != nil {
			g.t.Errorf("%s heard the report", host)
		}
	}
}

// unheard has a stream sent while f runs: one host gets all of it, another nothing.
func (g *listening) unheard(from, to, not *tap, source, group string, f func()) {
	g.t.Helper()
	to.drain(g.t)
	not.drain(g.t)
	frame := datagram{srcMAC: mac(40), dstMAC: groupMAC(group), src: source, dst: group, ttl: 8, length: 64}.frame(g.t)
	stop, sent, failed := make(chan struct{}), 0, error(nil)
	var sender sync.WaitGroup
	sender.Go(func() {
		for failed == nil {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
			if failed = from.trySend(frame); failed == nil {
				sent++
			}
		}
	})
	heard := make(chan int, 1)
	go func() {
		n := 0
		for end := time.Now().Add(readyTime); time.Now().Before(end); {
			got, err := to.next(quiet)
			if err != nil {
				break
			}
			if got == nil {
				select {
				case <-stop:
					heard <- n
					return
				default:
				}
			} else if isUDP(source, group)(got) {
				n++
			}
		}
		heard <- n
	}()
	f()
	close(stop)
	sender.Wait()
	if n := <-heard; failed != nil || n != sent || sent == 0 {
		g.t.Errorf("%d of %d packets arrived: %v", n, sent, failed)
	}
	if not.receive(g.t, quiet, isUDP(source, group)) != nil {
		g.t.Error("a host that does not listen heard some")
	}
}
