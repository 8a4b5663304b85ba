package interop_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// bird is an instance of BIRD in a network.
type bird struct {
	t      *testing.T
	kernel *kernel.Kernel
	dir    string
	cmd    *exec.Cmd
}

// birdDefaults lets sessions begin as soon as they can; what an instance has more comes after it.
const birdDefaults = `log stderr { warning, error, fatal, bug };
protocol device {}
template bgp peer {
	hold time 60; keepalive time 10; connect retry time 1; connect delay time 1; error wait time 1, 2; error forget time 1;
	graceful restart on; graceful restart time 60;
	enable extended messages on;
}
`

func startBIRD(t *testing.T, k *kernel.Kernel, config string) *bird {
	t.Helper()
	if _, err := exec.LookPath("bird"); err != nil {
		t.Skipf("needs BIRD: %v", err)
	}
	dir, err := os.MkdirTemp("", "bird")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &bird{t: t, kernel: k, dir: dir}
	b.configure(config)
	b.run()
	return b
}

func (b *bird) configure(config string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, "bird.conf"), []byte(birdDefaults+config), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bird) run(more ...string) {
	b.t.Helper()
	args := append([]string{"-f", "-c", filepath.Join(b.dir, "bird.conf"), "-s", filepath.Join(b.dir, "ctl"), "-P", filepath.Join(b.dir, "pid")}, more...)
	b.cmd = launch(b.t, b.kernel, exec.Command("bird", args...))
	eventually(b.t, "BIRD answers", true, func() bool { return strings.Contains(b.do("show status"), "Daemon is up") })
}

// do gives a command, and what BIRD says to it.
func (b *bird) do(command string) string {
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	out, _ := exec.CommandContext(ctx, "birdc", append([]string{"-s", filepath.Join(b.dir, "ctl")}, strings.Fields(command)...)...).CombinedOutput()
	return string(out)
}

// signal sends one to BIRD.
func (b *bird) signal(s syscall.Signal) {
	b.t.Helper()
	if err := b.cmd.Process.Signal(s); err != nil {
		b.t.Fatal(err)
	}
}

// paths are the routes that BIRD has from a protocol, with their AS paths.
func (b *bird) paths(protocol string) map[string][]string {
	out := make(map[string][]string)
	prefix := ""
	for line := range strings.Lines(b.do("show route all protocol " + protocol)) {
		if m := regexp.MustCompile(`^(\S+/\d+)`).FindStringSubmatch(line); m != nil {
			prefix = m[1]
		}
		if m := regexp.MustCompile(`BGP.as_path: ?(.*)`).FindStringSubmatch(line); m != nil {
			out[prefix] = append(out[prefix], strings.TrimSpace(m[1]))
		}
	}
	return out
}

const birdNetworks = `router id 10.255.0.2;
protocol static { ipv4; route 198.51.100.0/24 blackhole; }
protocol static { ipv6; route 2001:db8:2::/48 blackhole; }
`

// TestBIRD has sessions over IPv4 and IPv6 with a password and TTL security, routes both ways, and a refresh.
func TestBIRD(t *testing.T) {
	d := newSwitch(t, device65001, network4, network6, "BGP_NEIGHBOR|default|10.0.0.2 asn=4200000002 auth_password=knock ttl_security_hops=1",
		"BGP_NEIGHBOR|default|fc00::2 asn=4200000002", "BGP_NEIGHBOR|default|10.0.1.2 asn=65003",
		"BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up tx_add_paths=tx_all_paths")
	peer := startBIRD(t, d.cable(0), birdNetworks+`
protocol bgp four from peer {
	local as 4200000002; neighbor 10.0.0.1 as 65001; password "knock"; ttl security on;
	ipv4 { import all; export where source = RTS_STATIC; add paths on; };
}
protocol bgp six from peer { local as 4200000002; neighbor fc00::1 as 65001; ipv6 { import all; export where source = RTS_STATIC; }; }
`)
	startBIRD(t, d.cable(1), `router id 10.255.1.2;
protocol static { ipv4; route 203.0.113.0/24 blackhole; route 192.0.2.0/24 blackhole; }
protocol bgp four from peer { local as 65003; neighbor 10.0.1.1 as 65001; ipv4 { import all; export where source = RTS_STATIC; }; }
`)
	d.start("routingd")
	d.up("10.0.0.2", "fc00::2", "10.0.1.2")
	d.reach("192.0.2.0/24", "198.51.100.0/24", "2001:db8:2::/48")
	// Of one prefix there is our own path and that of the other neighbour: BIRD gets both (RFC 7911).
	eventually(t, "BIRD's IPv4", map[string][]string{"203.0.113.0/24": {"65001", "65001 65003"}, "192.0.2.0/24": {"65001 65003"}}, func() map[string][]string {
		return peer.paths("four")
	})
	eventually(t, "BIRD's IPv6", map[string][]string{"2001:db8:1::/48": {"65001"}}, func() map[string][]string { return peer.paths("six") })
	before := d.neighbor("fc00::2")
	peer.do("reload in six")
	eventually(t, "BIRD asks again", true, func() bool { return d.neighbor("fc00::2").Got.Refresh > before.Got.Refresh })
	if now := d.neighbor("fc00::2"); now.Established != before.Established {
		t.Errorf("the session was established %d times, %d before", now.Established, before.Established)
	}
}

// TestBIRDGracefulRestart kills BIRD, which says after it that it has recovered (RFC 4724).
func TestBIRDGracefulRestart(t *testing.T) {
	const session = "protocol bgp four from peer { local as 65002; neighbor 10.0.0.1 as 65001; ipv4 { import all; export all; }; }\n"
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002")
	peer := startBIRD(t, d.cable(0), birdNetworks+"protocol static { ipv4; route 192.0.2.0/24 blackhole; }\n"+session)
	d.start("routingd")
	d.reach("192.0.2.0/24", "198.51.100.0/24")
	peer.signal(syscall.SIGKILL)
	eventually(t, "stale paths", map[string][]string{"198.51.100.0/24": {"65002 stale"}, "192.0.2.0/24": {"65002 stale"}}, func() map[string][]string {
		return d.paths("", "")
	})
	d.reach("192.0.2.0/24", "198.51.100.0/24")
	peer.configure(birdNetworks + session)
	peer.run("-R")
	d.reach("198.51.100.0/24")
	eventually(t, "fresh paths", map[string][]string{"198.51.100.0/24": {"65002"}}, func() map[string][]string { return d.paths("", "") })
}

// TestBIRDBFD freezes BIRD: BFD notices long before the hold time is over.
func TestBIRDBFD(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002 bfd=true")
	peer := startBIRD(t, d.cable(0), birdNetworks+`
protocol bfd { interface "*" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
protocol bgp four from peer { local as 65002; neighbor 10.0.0.1 as 65001; hold time 240; bfd on; ipv4 { import all; export all; }; }
`)
	d.start("bfdd", "routingd")
	d.reach("198.51.100.0/24")
	eventually(t, "BFD", "Up", func() string {
		if b := d.neighbor("10.0.0.2").BFD; b != nil {
			return b.State
		}
		return ""
	})
	began := time.Now()
	peer.signal(syscall.SIGSTOP)
	d.reach()
	t.Logf("gone after %v", time.Since(began))
	peer.signal(syscall.SIGCONT)
	d.reach("198.51.100.0/24")
}

// TestBIRDReflects is a client of BIRD's (RFC 4456).
func TestBIRDReflects(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65001")
	reflector := d.cable(0)
	other := kerneltest.New(t)
	kerneltest.Cable(t, reflector, "eth1", other, "eth0")
	kerneltest.Up(t, reflector, "eth1")
	kerneltest.Address(t, reflector, "eth1", "10.0.9.1/24")
	kerneltest.Address(t, other, "eth0", "10.0.9.2/24")
	const client = "protocol bgp %s from peer { local as 65001; neighbor %s as 65001; rr client; rr cluster id 10.255.0.9; ipv4 { import all; export all; }; }\n"
	startBIRD(t, reflector, "router id 10.255.0.2;\n"+fmt.Sprintf(client, "one", "10.0.0.1")+fmt.Sprintf(client, "two", "10.0.9.2"))
	startBIRD(t, other, `router id 10.255.0.7;
protocol static { ipv4; route 198.51.100.0/24 blackhole; }
protocol bgp four from peer { local as 65001; neighbor 10.0.9.1 as 65001; ipv4 { import all; export all; }; }
`)
	d.start("routingd")
	eventually(t, "the reflected path", "10.255.0.7 [10.255.0.9]", func() string {
		for _, r := range d.ask(bgpview.Query{Ask: bgpview.AskRoutes}).Routes {
			return r.Paths[0].Originator + " " + fmt.Sprint(r.Paths[0].ClusterList)
		}
		return ""
	})
}
