package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const bondHost = "bond" // has eth0 on Ethernet20 and eth1 on Ethernet24, the members of PortChannel1

// bonding is a port channel to a host whose kernel speaks LACP.
type bonding struct {
	t  *testing.T
	l  *lab.Lab
	db *statedb.Client
}

// testBonding has the kernel's bonding driver as the partner.
func testBonding(t *testing.T, l *lab.Lab) {
	db, err := l.Database(sw)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := bonding{t, l, db}
	b.inside(func() error { return b.bond("bond0", netlink.BOND_LACP_RATE_SLOW, "eth0", "eth1") })
	b.carries(2)
	b.inside(func() error {
		return errors.Join(b.unbond("bond0"), b.bond("bond0", netlink.BOND_LACP_RATE_FAST, "eth0", "eth1"))
	})
	b.carries(2)
	for _, pulled := range []string{"eth0", "eth1"} {
		b.pull(pulled, true)
		b.carries(1)
		b.pull(pulled, false)
		b.carries(2)
	}
	b.minLinks()
	b.otherPartner()
	b.fallback()
}

// inside runs f in the host's namespace.
func (b bonding) inside(f func() error) {
	b.t.Helper()
	if err := namespace.Do(b.l.Namespace(bondHost), f); err != nil {
		b.t.Fatal(err)
	}
}

// bond makes a bond of devices and gives it the host's address.
func (b bonding) bond(name string, rate netlink.BondLacpRate, devices ...string) error {
	d := netlink.NewLinkBond(netlink.LinkAttrs{Name: name})
	d.Mode, d.LacpRate, d.Miimon = netlink.BOND_MODE_802_3AD, rate, 50
	if err := netlink.LinkAdd(d); err != nil {
		return fmt.Errorf("make %s: %w", name, err)
	}
	for _, dev := range devices {
		link, err := netlink.LinkByName(dev)
		if err == nil {
			err = errors.Join(netlink.LinkSetDown(link), netlink.LinkSetMaster(link, d))
		}
		if err != nil {
			return fmt.Errorf("put %s into %s: %w", dev, name, err)
		}
	}
	return errors.Join(netlink.LinkSetUp(d), address(d))
}

// address gives a device the host's address; the default route follows it.
func address(link netlink.Link) error {
	a, err := netlink.ParseAddr("10.20.0.2/24")
	if err != nil {
		return err
	}
	return errors.Join(netlink.AddrReplace(link, a),
		netlink.RouteReplace(&netlink.Route{Gw: []byte{10, 20, 0, 1}, LinkIndex: link.Attrs().Index}))
}

func (b bonding) unbond(name string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	return netlink.LinkDel(link)
}

func (b bonding) pull(device string, pulled bool) {
	b.t.Helper()
	if err := wire.Pull(b.l.Namespace(bondHost), device, pulled); err != nil {
		b.t.Fatal(err)
	}
}

// carries waits until both ends have that many links in use, and sends through them.
func (b bonding) carries(links int) {
	b.t.Helper()
	eventually(b.t, soon, func() error {
		return errors.Join(expect(b.enabled() == links, fmt.Sprintf("%d links are enabled, want %d", b.enabled(), links)), b.partnerHas(links))
	})
	reach(b.t, b.l, []lab.Path{path(bondHost, "10.20.0.1"), path(bondHost, "10.9.0.2"), path("d", "10.20.0.2")})
}

// enabled counts the members that the switch uses.
func (b bonding) enabled() int {
	n := 0
	for _, m := range []string{"PortChannel1:Ethernet20", "PortChannel1:Ethernet24"} {
		if memberIs(b.t, b.db, m, "enabled") == nil {
			n++
		}
	}
	return n
}

// partnerHas says what the bonding driver thinks of its active aggregator.
func (b bonding) partnerHas(links int) error {
	return namespace.Do(b.l.Namespace(bondHost), func() error {
		text, err := os.ReadFile("/proc/thread-self/net/bonding/bond0")
		if err != nil {
			return err
		}
		_, active, _ := strings.Cut(string(text), "Active Aggregator Info:")
		active, _, _ = strings.Cut(active, "Slave Interface:")
		return contains(active, fmt.Sprintf("Number of ports: %d\n", links), "Partner Mac Address: "+routerMAC(b.t, b.l).String())
	})
}

func (b bonding) configure(field, value string) {
	b.t.Helper()
	if err := b.db.DB(statedb.ConfigDB).Set(b.t.Context(), "PORTCHANNEL", "PortChannel1", statedb.Fields{field: value}); err != nil {
		b.t.Fatal(err)
	}
}

// becomes waits for the port channel's state.
func (b bonding) becomes(oper string) {
	b.t.Helper()
	eventually(b.t, soon, func() error {
		row, _, err := b.db.DB(statedb.ApplDB).Get(b.t.Context(), "LAG_TABLE", "PortChannel1")
		return errors.Join(err, expect(row["oper_status"] == oper, fmt.Sprintf("PortChannel1 is %v, want %s", row, oper)))
	})
}

// minLinks: with too few links the port channel is down, and what depends on it.
func (b bonding) minLinks() {
	b.t.Helper()
	b.configure("min_links", "2")
	b.becomes("up")
	b.pull("eth1", true)
	b.becomes("down")
	b.pull("eth1", false)
	b.becomes("up")
	b.configure("min_links", "1")
	b.carries(2)
}

// otherPartner: of two partners, one is chosen, and the link to the other one says why it is not used.
func (b bonding) otherPartner() {
	b.t.Helper()
	b.inside(func() error {
		return errors.Join(b.unbond("bond0"), b.bond("bond0", netlink.BOND_LACP_RATE_FAST, "eth0"), b.bond("bond1", netlink.BOND_LACP_RATE_FAST, "eth1"))
	})
	eventually(b.t, soon, func() error {
		problems := 0
		for _, port := range []string{"Ethernet20", "Ethernet24"} {
			row, _, err := b.db.DB(statedb.StateDB).Get(b.t.Context(), "LAG_MEMBER_TABLE", "PortChannel1|"+port)
			if err != nil {
				return err
			}
			if row["runner.problem"] == "other partner" {
				problems++
			}
		}
		return expect(b.enabled() == 1 && problems == 1, fmt.Sprintf("%d links are enabled, %d say that they have another partner", b.enabled(), problems))
	})
	b.inside(func() error { return errors.Join(b.unbond("bond0"), b.unbond("bond1")) })
}

// fallback: without a partner the port channel is down, unless it is told to do without.
func (b bonding) fallback() {
	b.t.Helper()
	b.becomes("down")
	b.inside(func() error {
		link, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		return errors.Join(netlink.LinkSetUp(link), address(link))
	})
	b.configure("fallback", "true")
	b.becomes("up")
	reach(b.t, b.l, []lab.Path{path(bondHost, "10.20.0.1")})
	b.configure("fallback", "false")
	b.becomes("down")
}
