package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/kernel"
)

// gobgp is Debian's GoBGP, years older than the one that is in routingd.
type gobgp struct {
	t      *testing.T
	kernel *kernel.Kernel
	cmd    *exec.Cmd
}

func startGoBGP(t *testing.T, k *kernel.Kernel, config string) *gobgp {
	t.Helper()
	if _, err := exec.LookPath("gobgpd"); err != nil {
		t.Skipf("needs gobgpd: %v", err)
	}
	file := filepath.Join(t.TempDir(), "gobgpd.toml")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	g := &gobgp{t, k, launch(t, k, exec.Command("gobgpd", "-f", file))}
	eventually(t, "gobgpd answers", true, func() bool { _, err := g.try("global"); return err == nil })
	return g
}

// kill ends it without a word.
func (g *gobgp) kill() {
	g.t.Helper()
	if err := g.cmd.Process.Kill(); err != nil {
		g.t.Fatal(err)
	}
}

// try gives a command, in gobgpd's network.
func (g *gobgp) try(args ...string) (string, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(g.t.Context(), "gobgp", args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := g.kernel.Inside(cmd.Start); err != nil {
		return "", err
	}
	err := cmd.Wait()
	return out.String(), err
}

func (g *gobgp) do(args ...string) string {
	g.t.Helper()
	out, err := g.try(args...)
	if err != nil {
		g.t.Fatalf("gobgp %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

// paths are the routes of a family, with their AS paths in order.
func (g *gobgp) paths(family string) map[string][]string {
	g.t.Helper()
	text := g.do("global", "rib", "-a", family, "-j")
	var table map[string][]struct {
		Attrs []struct {
			Type    int `json:"type"`
			AsPaths []struct {
				ASNs []uint32 `json:"asns"`
			} `json:"as_paths"`
		} `json:"attrs"`
	}
	if err := json.Unmarshal([]byte(text), &table); err != nil {
		return nil // "Network not in table"
	}
	out := make(map[string][]string)
	for prefix, paths := range table {
		for _, p := range paths {
			var words []string
			for _, a := range p.Attrs {
				for _, s := range a.AsPaths {
					for _, n := range s.ASNs {
						words = append(words, fmt.Sprint(n))
					}
				}
			}
			out[prefix] = append(out[prefix], strings.Join(words, " "))
		}
		slices.Sort(out[prefix])
	}
	return out
}

// TestGoBGP has sessions over IPv4 and IPv6 with a password, both paths of a prefix (RFC 7911), and routes both ways.
func TestGoBGP(t *testing.T) {
	d := newSwitch(t, device65001, network4, network6, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002 auth_password=knock", "BGP_NEIGHBOR|default|fc00::2 asn=65002",
		"BGP_NEIGHBOR|default|10.0.1.2 asn=65003", "BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up tx_add_paths=tx_all_paths")
	const neighbor = `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "%s"
    peer-as = 65001
    auth-password = "%s"
  [neighbors.timers.config]
    connect-retry = 1
    hold-time = 60
    keepalive-interval = 10
    idle-hold-time-after-reset = 1
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "%s-unicast"
    [neighbors.afi-safis.add-paths.config]
      receive = true
      send-max = 4
`
	const global = "[global.config]\n  as = %d\n  router-id = \"10.255.%d.2\"\n"
	peer := startGoBGP(t, d.cable(0), fmt.Sprintf(global, 65002, 0)+fmt.Sprintf(neighbor, "10.0.0.1", "knock", "ipv4")+fmt.Sprintf(neighbor, "fc00::1", "", "ipv6"))
	other := startGoBGP(t, d.cable(1), fmt.Sprintf(global, 65003, 1)+fmt.Sprintf(neighbor, "10.0.1.1", "", "ipv4"))
	peer.do("global", "rib", "add", "198.51.100.0/24")
	peer.do("global", "rib", "-a", "ipv6", "add", "2001:db8:2::/48")
	other.do("global", "rib", "add", "203.0.113.0/24")
	d.start("routingd")
	d.up("10.0.0.2", "fc00::2", "10.0.1.2")
	d.reach("198.51.100.0/24", "2001:db8:2::/48")
	eventually(t, "GoBGP's IPv4", map[string][]string{"203.0.113.0/24": {"65001", "65001 65003"}, "198.51.100.0/24": {""}}, func() map[string][]string { return peer.paths("ipv4") })
	eventually(t, "GoBGP's IPv6", map[string][]string{"2001:db8:1::/48": {"65001"}, "2001:db8:2::/48": {""}}, func() map[string][]string { return peer.paths("ipv6") })
	peer.do("global", "rib", "del", "198.51.100.0/24")
	d.reach("2001:db8:2::/48")
}
