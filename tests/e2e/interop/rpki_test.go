package interop_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// stayRTR is Debian's validating cache, with what it says in a file.
type stayRTR struct {
	t    *testing.T
	file string
	cmd  *exec.Cmd
}

func startStayRTR(t *testing.T, k *kernel.Kernel, file, bind string) *stayRTR {
	t.Helper()
	if _, err := exec.LookPath("stayrtr"); err != nil {
		t.Skipf("needs stayrtr: %v", err)
	}
	cmd := exec.Command("stayrtr", "-bind", bind, "-metrics.addr", "127.0.0.1:9847", "-cache", file, "-checktime=false", "-refresh", "1")
	return &stayRTR{t, file, launch(t, k, cmd)}
}

// writeVRPs is what a cache says: VRPs "prefix greatest-length AS".
func writeVRPs(t *testing.T, file string, vrps ...string) {
	t.Helper()
	var list []string
	for _, v := range vrps {
		f := strings.Fields(v)
		list = append(list, fmt.Sprintf(`{"prefix":%q,"maxLength":%s,"asn":"AS%s","ta":"test"}`, f[0], f[1], f[2]))
	}
	whole := file + ".new"
	if err := os.WriteFile(whole, []byte(`{"metadata":{"valid":4000000000,"generated":1},"roas":[`+strings.Join(list, ",")+`]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(whole, file); err != nil {
		t.Fatal(err)
	}
}

// validations are what the RPKI says of the routes of a neighbour.
func (d *device) validations(neighbor string) map[string]string {
	out := make(map[string]string)
	for _, r := range d.ask(bgpview.Query{Ask: bgpview.AskRoutes, Neighbor: neighbor}).Routes {
		out[r.Prefix] = r.Paths[0].Validation
	}
	return out
}

// TestRPKI judges FRR's routes by what a cache says (RFC 8210), lets in what a route map lets in, and follows the cache when it changes its mind, dies
// and comes back. Another one that sends nonsense is of no consequence.
func TestRPKI(t *testing.T) {
	const denies = "BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up route_map_in@=VALID"
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002",
		"BGP_RPKI_CACHE|default|10.0.0.2 port=8282 retry_interval=1", "BGP_RPKI_CACHE|default|10.0.0.3 port=8282 retry_interval=1")
	far := d.cable(0)
	kerneltest.Address(t, far, "eth0", "10.0.0.3/32")
	babble(t, far, "10.0.0.3:8282")
	file := filepath.Join(t.TempDir(), "vrps.json")
	writeVRPs(t, file, "198.51.100.0/24 24 65002", "203.0.113.0/24 24 65009")
	cache := startStayRTR(t, far, file, "10.0.0.2:8282")
	startFRR(t, far, "65002", []string{"10.0.0.1"}, " address-family ipv4 unicast\n  network 198.51.100.0/24\n  network 203.0.113.0/24\n  network 192.0.2.0/24\n exit-address-family\n")
	d.start("routingd")
	d.reach("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
	judged := func() map[string]string { return d.validations("10.0.0.2") }
	eventually(t, "judged", map[string]string{"198.51.100.0/24": "valid", "203.0.113.0/24": "invalid", "192.0.2.0/24": "not-found"}, judged)
	if out := d.show("ip", "bgp", "network", "203.0.113.0/24"); !strings.Contains(out, "rpki validation-state: invalid") {
		t.Errorf("show ip bgp network: %s", out)
	}

	d.set("ROUTE_MAP|VALID|10 route_operation=deny match_rpki=invalid", "ROUTE_MAP|VALID|20 route_operation=permit", denies)
	d.reach("192.0.2.0/24", "198.51.100.0/24")
	writeVRPs(t, file, "198.51.100.0/24 24 65002", "203.0.113.0/24 24 65009", "203.0.113.0/24 24 65002", "192.0.0.0/16 16 65002")
	d.reach("198.51.100.0/24", "203.0.113.0/24")
	if out := d.show("rpki", "prefix-table", "192.0.2.1"); !strings.Contains(out, "16 - 16") || strings.Contains(out, "198.51.100.0") {
		t.Errorf("show rpki prefix-table: %s", out)
	}

	if err := cache.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the cache is lost", true, func() bool {
		return strings.Contains(d.show("rpki", "cache-connection"), "disconnected  yes")
	})
	d.reach("198.51.100.0/24", "203.0.113.0/24") // what it said is good until it expires
	writeVRPs(t, file, "198.51.100.0/24 24 65009")
	startStayRTR(t, far, file, "10.0.0.2:8282")
	d.reach("192.0.2.0/24", "203.0.113.0/24")
	d.set("-BGP_RPKI_CACHE|default|10.0.0.2", "-BGP_RPKI_CACHE|default|10.0.0.3")
	d.reach("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
	if n := d.neighbor("10.0.0.2"); n.Established != 1 {
		t.Errorf("the session was established %d times", n.Established)
	}
}

// babble sends every client nonsense: without an end, or what looks like a PDU at first.
func babble(t *testing.T, k *kernel.Kernel, at string) {
	t.Helper()
	var l net.Listener
	if err := k.Inside(func() (err error) {
		l, err = net.Listen("tcp", at)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		random := rand.New(rand.NewPCG(7, 11))
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			head := []byte{1, byte(random.IntN(12)), 0, 7, 0, 0, 0, byte(random.IntN(40))}
			if random.IntN(3) == 0 {
				head[4] = 0xff // four gigabytes
			}
			for range 1 + random.IntN(100) {
				for range 32 {
					head = append(head, byte(random.Uint32()))
				}
				if _, err := conn.Write(head); err != nil {
					break
				}
			}
			conn.Close()
		}
	}()
}
