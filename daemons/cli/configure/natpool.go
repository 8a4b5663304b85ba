package configure

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableNATPool    = "NAT_POOL"
	tableNATBinding = "NAT_BINDINGS"
	maxNATName      = 32
	maxNATRows      = 16
	noNATValue      = "NULL" // stored for a range or an id that was left out
)

// newNATPoolAdds makes `config nat add pool` and `binding`: dynamic translation.
func newNATPoolAdds(s *session.Session) []*cobra.Command {
	options := []option{
		{name: "nat_type", field: "nat_type", words: []string{"snat", "dnat"}},
		{name: "twice_nat_id", field: "twice_nat_id", check: whole(1, 9999)},
	}
	binding := withOptions(newEdit(s, "binding <binding_name> <pool_name> [<acl_name>]", "Add binding for dynamic NAT", func(e *edit) error {
		return addBinding(e, options)
	}), options)
	singleDash(binding, options)
	return []*cobra.Command{
		newEdit(s, "pool <pool_name> <global_ip_range> [<global_port_range>]", "Add pool for dynamic NAT", addPool),
		binding,
	}
}

// newNATPoolRemoves makes the commands that take them away, one or all.
func newNATPoolRemoves(s *session.Session) []*cobra.Command {
	return []*cobra.Command{
		newEdit(s, "pool <pool_name>", "Remove pool of dynamic NAT", removePool),
		newEdit(s, "pools", "Remove all pools of dynamic NAT", removePools),
		newEdit(s, "binding <binding_name>", "Remove binding of dynamic NAT", removeBinding),
		newEdit(s, "bindings", "Remove all bindings of dynamic NAT", func(e *edit) error {
			e.dropTables(tableNATBinding)
			return nil
		}),
	}
}

// addressRange reads "65.55.45.5" or "65.55.45.5-65.55.45.9".
func addressRange(e *edit, said string) (low, high netip.Addr, err error) {
	parts := strings.Split(said, "-")
	if len(parts) > 2 {
		return low, high, e.failf("Given ip address range %s is invalid. Please enter a valid ip address range !!", said)
	}
	for _, p := range parts {
		if !translatable(p) {
			return low, high, e.failf("Given ip address %s is not valid global address. Please enter a valid ip address !!", p)
		}
	}
	low, high = netip.MustParseAddr(parts[0]), netip.MustParseAddr(parts[len(parts)-1])
	if len(parts) == 2 && !low.Less(high) {
		return low, high, e.failf("Given ip address range %s is invalid. Please enter a valid ip address range !!", said)
	}
	return low, high, nil
}

// portRange checks "100" or "100-200".
func portRange(e *edit, said string) error {
	parts := strings.Split(said, "-")
	if len(parts) > 2 {
		return e.failf("Given port address range %s is invalid. Please enter a valid port address range !!", said)
	}
	var ports [2]int
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65534 { // a pool's model ends there
			return e.failf("Given port value %s is invalid. Please enter a valid port value !!", p)
		}
		ports[i] = n
	}
	if len(parts) == 2 && ports[0] >= ports[1] {
		return e.failf("Given port address range %s is invalid. Please enter a valid port address range !!", said)
	}
	return nil
}

func addPool(e *edit) error {
	name, ips, ports := e.args[0], e.args[1], e.arg(2)
	if len(name) > maxNATName {
		return e.failf("Invalid pool name. Maximum allowed pool name is %d characters !!", maxNATName)
	}
	low, high, err := addressRange(e, ips)
	if err != nil {
		return err
	}
	if ports == "" {
		ports = noNATValue
	} else if err := portRange(e, ports); err != nil {
		return err
	} else if !strings.Contains(ports, "-") {
		ports += "-" + ports // a pool's model knows ranges only
	}
	if old := e.row(tableNATPool, name); old["nat_ip"] == ips && old["nat_port"] == ports {
		e.tellf("Trying to add pool, which is already present.")
		return nil
	}
	if len(e.c.Keys(tableNATPool)) == maxNATRows {
		e.tellf("Failed to add pool, as already reached maximum pool limit %d.", maxNATRows)
		return nil
	}
	for _, key := range e.c.Keys(tableStaticNAT) {
		if a, err := netip.ParseAddr(outside(key, e.row(tableStaticNAT, key))); err == nil && !a.Less(low) && !high.Less(a) {
			return e.failf("Given Ip address entry is overlapping with existing Static NAT entry !!")
		}
	}
	e.c.Replace(tableNATPool, name, commit.Row{"nat_ip": ips, "nat_port": ports})
	return nil
}

// pooled says whether an address is in a pool.
func pooled(e *edit, address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, key := range e.c.Keys(tableNATPool) {
		from, to, isRange := strings.Cut(e.row(tableNATPool, key)["nat_ip"], "-")
		if !isRange {
			to = from
		}
		low, err1 := netip.ParseAddr(from)
		high, err2 := netip.ParseAddr(to)
		if err1 == nil && err2 == nil && !a.Less(low) && !high.Less(a) {
			return true
		}
	}
	return false
}

func bindingName(e *edit) error {
	if len(e.args[0]) > maxNATName {
		return e.failf("Invalid binding name. Maximum allowed binding name is %d characters !!", maxNATName)
	}
	return nil
}

func addBinding(e *edit, options []option) error {
	if err := bindingName(e); err != nil {
		return err
	}
	name, pool, list := e.args[0], e.args[1], e.arg(2)
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	old, known := e.c.Row(tableNATBinding, name)
	switch {
	case known && old["access_list"] == list && old["nat_pool"] == pool:
		e.tellf("Trying to add binding, which is already present.")
		return nil
	case len(e.c.Keys(tableNATBinding)) == maxNATRows:
		e.tellf("Failed to add binding, as already reached maximum binding limit %d.", maxNATRows)
		return nil
	case row["nat_type"] == "dnat":
		e.tellf("Ignored, DNAT is not yet supported for Binding ")
		return nil
	}
	if id, ok := row["twice_nat_id"]; ok && twiceUsed(e, id, name) > 1 {
		return e.failf("Same Twice nat id is not allowed for more than 2 entries!!")
	}
	if row["twice_nat_id"] == "" {
		row["twice_nat_id"] = noNATValue
	}
	row["nat_pool"], row["nat_type"], row["access_list"] = pool, "snat", list
	e.c.Replace(tableNATBinding, name, row)
	return nil
}

// boundPool gives a binding that uses a pool.
func boundPool(e *edit, pool string) string {
	for _, key := range e.c.Keys(tableNATBinding) {
		if e.row(tableNATBinding, key)["nat_pool"] == pool {
			return key
		}
	}
	return ""
}

func removePool(e *edit) error {
	name := e.args[0]
	if len(name) > maxNATName {
		return e.failf("Invalid pool name. Maximum allowed pool name is %d characters !!", maxNATName)
	}
	if !e.c.Has(tableNATPool, name) {
		e.tellf("Trying to delete pool, which is not present.")
		return nil
	}
	if b := boundPool(e, name); b != "" {
		e.tellf("Pool is not removed, as it is mapped to Binding %s, remove the pool binding first !!", b)
		return nil
	}
	e.c.Delete(tableNATPool, name)
	return nil
}

func removePools(e *edit) error {
	for _, name := range e.c.Keys(tableNATPool) {
		if b := boundPool(e, name); b != "" {
			e.tellf("Pool %s is not removed, as it is mapped to Binding %s, remove the pool binding first !!", name, b)
			continue
		}
		e.c.Delete(tableNATPool, name)
	}
	return nil
}

func removeBinding(e *edit) error {
	if err := bindingName(e); err != nil {
		return err
	}
	if !e.c.Has(tableNATBinding, e.args[0]) {
		e.tellf("Trying to delete binding, which is not present.")
		return nil
	}
	e.c.Delete(tableNATBinding, e.args[0])
	return nil
}
