package explain

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// reference is the attribute of a route that says where it leads.
const reference = "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID"

// explainRoute follows an address or a prefix, by longest match as the ASIC does.
func (b *builder) explainRoute(prefix netip.Prefix, vrf string) {
	candidates := covering(prefix)
	wanted := b.intended(candidates, vrf)
	programmed, attributes := b.programmed(candidates, vrf)
	if b.err != nil {
		return
	}
	if wanted.IsValid() {
		b.configured(wanted, vrf)
		row, _ := b.row(Intent, statedb.ApplDB, schema.AppTableRoute, routeKey(wanted, vrf))
		b.nextHops(row)
	}
	if programmed.IsValid() {
		b.leadsTo(attributes, prefix)
	}
	b.chain.Verdict = b.routeVerdict(prefix, wanted, programmed, attributes)
}

// covering lists a prefix and all that hold it, longest first.
func covering(p netip.Prefix) []netip.Prefix {
	list := make([]netip.Prefix, 0, p.Bits()+1)
	for n := p.Bits(); n >= 0; n-- {
		list = append(list, netip.PrefixFrom(p.Addr(), n).Masked())
	}
	return list
}

// routeKey is a route's key in ROUTE_TABLE.
func routeKey(p netip.Prefix, vrf string) string {
	if vrf == "" {
		return p.String()
	}
	return vrf + ":" + p.String()
}

// intended gives the first of the prefixes that ROUTE_TABLE has.
func (b *builder) intended(candidates []netip.Prefix, vrf string) netip.Prefix {
	db := b.db(statedb.ApplDB)
	if b.err != nil {
		return netip.Prefix{}
	}
	keys := make([]string, len(candidates))
	for i, p := range candidates {
		keys[i] = db.RowKey(schema.AppTableRoute, routeKey(p, vrf))
	}
	i := b.firstOf(db, keys)
	if i < 0 {
		return netip.Prefix{}
	}
	return candidates[i]
}

// firstOf gives the index of the first key that exists, or -1.
func (b *builder) firstOf(db *statedb.DB, keys []string) int {
	pipe := db.Redis().Pipeline()
	found := make([]*redis.IntCmd, len(keys))
	for i, k := range keys {
		found[i] = pipe.Exists(b.ctx, k)
	}
	if _, err := pipe.Exec(b.ctx); err != nil {
		b.fail(fmt.Errorf("look for %s: %w", keys[0], err))
		return -1
	}
	return slices.IndexFunc(found, func(c *redis.IntCmd) bool { return c.Val() == 1 })
}

// programmed gives the first of the prefixes that the ASIC has, with what it was told, and adds it to the chain.
func (b *builder) programmed(candidates []netip.Prefix, vrf string) (netip.Prefix, statedb.Fields) {
	asic := b.db(statedb.AsicDB)
	if b.err != nil {
		return netip.Prefix{}, nil
	}
	router := "vr/default"
	if vrf != "" {
		router = "vr/" + vrf
	}
	ids := asic.Redis().HMGet(b.ctx, schema.AsicNames, "switch", router).Val()
	if len(ids) != 2 || ids[0] == nil || ids[1] == nil {
		return netip.Prefix{}, nil
	}
	keys := make([]string, len(candidates))
	for i, p := range candidates {
		keys[i] = fmt.Sprintf(`ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"%s","switch_id":"%s","vr":"%s"}`, p, ids[0], ids[1])
	}
	i := b.firstOf(asic, keys)
	if i < 0 {
		return netip.Prefix{}, nil
	}
	attributes, _ := b.row(Object, statedb.AsicDB, "ASIC_STATE", strings.TrimPrefix(keys[i], "ASIC_STATE:"))
	return candidates[i], attributes
}
