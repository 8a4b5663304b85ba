package finegrained

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// maxBuckets bounds the size of a group by what its objects cost.
const maxBuckets = 4096

// Tables are the tables of CONFIG_DB that Take takes.
func Tables() []string {
	return []string{schema.TableFGNHG, schema.TableFGNHGPrefix, schema.TableFGNHGMember}
}

// Config is what the tables say.
type Config struct {
	groups   map[string]group
	prefixes map[netip.Prefix]string // group
	members  map[netip.Addr]member
}

type group struct {
	size int
	mode schema.FGMatchMode
	max  int // next hops of a route; 0: any number
}

type member struct {
	group string
	bank  uint16
	link  string
}

// NewConfig is a configuration without groups.
func NewConfig() *Config {
	return &Config{groups: map[string]group{}, prefixes: map[netip.Prefix]string{}, members: map[netip.Addr]member{}}
}

// Empty tells that no route can use a group.
func (c *Config) Empty() bool { return len(c.groups) == 0 }

// Check tells what is wrong with a row.
func Check(row object.Row) (object.Rendering, error) {
	return object.Rendering{}, NewConfig().Take(row)
}

// Take takes a changed row; one without fields is deleted. A bad row counts as
// deleted.
func (c *Config) Take(row object.Row) error {
	switch row.Table {
	case schema.TableFGNHG:
		return c.takeGroup(row)
	case schema.TableFGNHGPrefix:
		return c.takePrefix(row)
	}
	return c.takeMember(row)
}

func (c *Config) takeGroup(row object.Row) error {
	delete(c.groups, row.Key)
	if row.Fields == nil {
		return nil
	}
	var g schema.FGNHG
	if err := statedb.Decode(row.Fields, &g); err != nil {
		return err
	}
	size, err := strconv.ParseUint(g.BucketSize, 10, 16)
	if err != nil || size == 0 || size > maxBuckets {
		return fmt.Errorf("bucket_size %q is not a number from 1 to %d", g.BucketSize, maxBuckets)
	}
	most := uint64(0)
	if g.MaxNextHops != "" {
		if most, err = strconv.ParseUint(g.MaxNextHops, 10, 16); err != nil {
			return fmt.Errorf("max_next_hops %q is not a number", g.MaxNextHops)
		}
	}
	c.groups[row.Key] = group{size: int(size), mode: g.MatchMode, max: int(most)}
	return nil
}

func (c *Config) takePrefix(row object.Row) error {
	p, err := netip.ParsePrefix(row.Key)
	if err != nil {
		return fmt.Errorf("key %q is not a prefix", row.Key)
	}
	p = p.Masked()
	delete(c.prefixes, p)
	if row.Fields == nil {
		return nil
	}
	var f schema.FGNHGPrefix
	if err := statedb.Decode(row.Fields, &f); err != nil {
		return err
	}
	c.prefixes[p] = f.Group
	return nil
}

func (c *Config) takeMember(row object.Row) error {
	a, err := netip.ParseAddr(row.Key)
	if err != nil {
		return fmt.Errorf("key %q is not an address", row.Key)
	}
	delete(c.members, a)
	if row.Fields == nil {
		return nil
	}
	var f schema.FGNHGMember
	if err := statedb.Decode(row.Fields, &f); err != nil {
		return err
	}
	bank, err := strconv.ParseUint(f.Bank, 10, 16)
	if err != nil {
		return fmt.Errorf("bank %q is not a number from 0 to 65535", f.Bank)
	}
	c.members[a] = member{group: f.Group, bank: uint16(bank), link: f.Link}
	return nil
}

// Hop is a next hop of a route.
type Hop struct {
	Key  object.Key
	Bank uint16
	Link string // whose loss takes the next hop out; empty: its neighbour alone decides
}

// Match finds the group that a route of the default virtual router uses.
func (c *Config) Match(p netip.Prefix, hops []object.Key) (name string, ok bool) {
	if name, ok := c.prefixes[p]; ok && c.groups[name].mode != schema.FGNextHopBased {
		if _, known := c.groups[name]; known && len(c.Hops(name, hops)) > 0 {
			return name, true
		}
		return "", false
	}
	for i, h := range hops {
		m, known := c.members[address(h)]
		if !known || i > 0 && m.group != name || c.groups[m.group].mode != schema.FGNextHopBased {
			return "", false
		}
		name = m.group
	}
	return name, len(hops) > 0
}

// Hops are the next hops of a route that a group takes, in order.
func (c *Config) Hops(name string, hops []object.Key) []Hop {
	g := c.groups[name]
	var out []Hop
	for _, k := range hops {
		m, known := c.members[address(k)]
		switch {
		case g.mode == schema.FGPrefixBased:
			out = append(out, Hop{Key: k})
		case known && m.group == name:
			out = append(out, Hop{Key: k, Bank: m.bank, Link: m.link})
		}
	}
	slices.SortFunc(out, func(a, b Hop) int { return cmp.Or(cmp.Compare(a.Bank, b.Bank), cmp.Compare(a.Key, b.Key)) })
	if g.mode == schema.FGPrefixBased && g.max > 0 && len(out) > g.max {
		out = out[:g.max]
	}
	return out
}

// Size is the number of buckets of a group.
func (c *Config) Size(name string) int { return c.groups[name].size }

// Banks is how many next hops are configured for each bank of a group, which is
// the bank's part of the buckets. A group without configured next hops has one bank.
func (c *Config) Banks(name string) map[uint16]int {
	if c.groups[name].mode == schema.FGPrefixBased {
		return map[uint16]int{0: 1}
	}
	banks := map[uint16]int{}
	for _, m := range c.members {
		if m.group == name {
			banks[m.bank]++
		}
	}
	return banks
}

// address is the address of a next hop.
func address(k object.Key) netip.Addr {
	text := string(k)
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == '/' {
			a, _ := netip.ParseAddr(text[i+1:])
			return a
		}
	}
	return netip.Addr{}
}
