package bgpconf

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// list is an ordered list of prefixes.
type list struct {
	six   bool
	rules []rule
}

// memberSet is a set of communities or of AS paths.
type memberSet struct {
	members []string
	all     bool
	deny    bool // the set's action: nothing fits it
}

// sets are the named sets that policies refer to.
type sets struct {
	lists     map[string]list
	asPaths   map[string]memberSet
	community map[string]memberSet
	extended  map[string]memberSet
}

// readSets reads the tables of sets.
func (r *resolver) readSets() sets {
	return sets{
		lists:     r.prefixLists(),
		asPaths:   r.memberSets(schema.TableASPathSet, "as_path_set_member", checkASPath),
		community: r.memberSets(schema.TableCommunitySet, "community_member", checkCommunity),
		extended:  r.memberSets(schema.TableExtCommunitySet, "community_member", checkExtCommunity),
	}
}

// ordered is an entry of a list with its place.
type ordered struct {
	seq uint64
	key string
	rule
}

// prefixLists reads PREFIX_SET with PREFIX, and PREFIX_LIST.
func (r *resolver) prefixLists() map[string]list {
	out := make(map[string]list)
	for _, k := range read[schema.PrefixSet](r, schema.TablePrefixSet, 1) {
		out[k.Parts[0]] = list{six: k.row.Mode == schema.IPv6}
	}
	entries := make(map[string][]ordered)
	r.eachRow(schema.TablePrefix, func(key string, fields statedb.Fields) error {
		name, e, err := parsePrefixEntry(key, fields)
		if err != nil {
			return err
		}
		if l, known := out[name]; known && l.six != e.Prefix.Addr().Is6() {
			return fmt.Errorf("%s is of another family than PREFIX_SET|%s", e.Prefix, name)
		}
		entries[name] = append(entries[name], e)
		return nil
	})
	r.eachRow(schema.TablePrefixList, func(key string, fields statedb.Fields) error {
		name, e, err := parseListEntry(key, fields)
		if err == nil {
			entries[name] = append(entries[name], e)
		}
		return err
	})
	for name, es := range entries {
		slices.SortFunc(es, func(a, b ordered) int { return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.key, b.key)) })
		l := out[name]
		l.six = es[0].Prefix.Addr().Is6()
		for _, e := range es {
			l.rules = append(l.rules, e.rule)
		}
		out[name] = l
	}
	return out
}

// eachRow gives the rows of a table in the order of their keys, and notes what is wrong with them.
func (r *resolver) eachRow(table string, take func(key string, fields statedb.Fields) error) {
	for _, key := range slices.Sorted(maps.Keys(r.rows[table])) {
		if err := take(key, statedb.KeyOp{Fields: r.rows[table][key]}.Map()); err != nil {
			r.wrong(table, key, err)
		}
	}
}

// parsePrefixEntry reads a row of PREFIX: "set|10|10.0.0.0/8|16..24", or without the sequence number.
func parsePrefixEntry(key string, fields statedb.Fields) (string, ordered, error) {
	parts := strings.Split(key, schema.ConfigSeparator)
	e := ordered{key: key}
	switch len(parts) {
	case 3:
	case 4:
		seq, err := strconv.ParseUint(parts[1], 10, 32)
		if err != nil {
			return "", e, fmt.Errorf("sequence number %q is not a number", parts[1])
		}
		e.seq, parts = seq, []string{parts[0], parts[2], parts[3]}
	default:
		return "", e, fmt.Errorf("key %.80q is not a set, a sequence number, a prefix and a range of lengths", key)
	}
	p, err := netip.ParsePrefix(parts[1])
	if err != nil {
		return "", e, fmt.Errorf("prefix %.50q: not like 10.0.0.0/8 or fc00::/7", parts[1])
	}
	e.PrefixRange = PrefixRange{p.Masked(), p.Bits(), p.Bits()}
	if text := parts[2]; text != "exact" {
		low, high, ok := strings.Cut(text, "..")
		a, err1 := strconv.Atoi(low)
		b, err2 := strconv.Atoi(high)
		if !ok || err1 != nil || err2 != nil || a < p.Bits() || a > b || b > p.Addr().BitLen() {
			return "", e, fmt.Errorf("lengths %q are neither \"exact\" nor like %d..%d", text, p.Bits(), p.Addr().BitLen())
		}
		e.Min, e.Max = a, b
	}
	e.permit, err = permits(fields["action"])
	return parts[0], e, err
}

// parseListEntry reads a row of PREFIX_LIST: "name|10.0.0.0/8" with ge and le.
func parseListEntry(key string, fields statedb.Fields) (string, ordered, error) {
	e := ordered{key: key}
	name, text, _ := strings.Cut(key, schema.ConfigSeparator)
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return "", e, fmt.Errorf("prefix %.50q: not like 10.0.0.0/8 or fc00::/7", text)
	}
	var row schema.PrefixListEntry
	if err := statedb.Decode(fields, &row); err != nil {
		return "", e, err
	}
	e.seq = uint64(or(row.Seq, 0))
	e.PrefixRange = PrefixRange{p.Masked(), p.Bits(), p.Bits()}
	if row.Ge != nil {
		e.Min, e.Max = int(*row.Ge), p.Addr().BitLen()
	}
	if row.Le != nil {
		e.Max = int(*row.Le)
	}
	if e.Min < p.Bits() || e.Min > e.Max || e.Max > p.Addr().BitLen() {
		return "", e, fmt.Errorf("lengths %d to %d do not lie between those of %s and of an address", e.Min, e.Max, p)
	}
	e.permit, err = permits(row.Action)
	return name, e, err
}

func permits(action string) (bool, error) {
	switch action {
	case "", "permit":
		return true, nil
	case "deny":
		return false, nil
	}
	return false, &statedb.FieldError{Field: "action", Value: action, Err: errors.New("neither permit nor deny")}
}

// memberSets reads a table of sets.
func (r *resolver) memberSets(table, field string, check func(member string, expanded bool) error) map[string]memberSet {
	out := make(map[string]memberSet)
	r.eachRow(table, func(key string, fields statedb.Fields) error {
		permit, err := permits(fields["action"])
		if err != nil {
			return err
		}
		text := fields[field+"@"]
		if text == "" {
			text = fields[field]
		}
		s := memberSet{all: fields["match_action"] == "ALL", deny: !permit}
		for member := range strings.SplitSeq(text, ",") {
			if member = plain(member); member == "" {
				continue
			}
			if err := check(member, fields["set_type"] == "EXPANDED"); err != nil {
				return &statedb.FieldError{Field: field, Value: member, Err: err}
			}
			s.members = append(s.members, member)
		}
		out[key] = s
		return nil
	})
	return out
}

func checkASPath(member string, _ bool) error {
	_, err := regexp.Compile(strings.ReplaceAll(member, "_", "(^|[,{}() ]|$)"))
	return err
}

// wellKnown are the names that communities have beside numbers.
var wellKnown = []string{
	"no-export", "no-advertise", "no-export-subconfed", "no-peer", "planned-shut", "accept-own", "blackhole", "llgr-stale", "no-llgr", "internet",
}

// plain gives the one spelling of a member of a set.
func plain(member string) string {
	member = strings.TrimSpace(member)
	switch strings.ToLower(member) {
	case "local-as":
		return "no-export-subconfed"
	case "graceful-shutdown":
		return "planned-shut"
	case "no_export", "no_advertise", "no_peer", "no-export", "no-advertise", "no-peer":
		return strings.ReplaceAll(strings.ToLower(member), "_", "-")
	}
	return member
}

func checkCommunity(member string, expanded bool) error {
	if expanded {
		_, err := regexp.Compile(member)
		return err
	}
	high, low, pair := strings.Cut(member, ":")
	_, err1 := strconv.ParseUint(high, 10, 16)
	_, err2 := strconv.ParseUint(low, 10, 16)
	_, err3 := strconv.ParseUint(member, 10, 32)
	if pair && err1 == nil && err2 == nil || err3 == nil || slices.Contains(wellKnown, member) {
		return nil
	}
	return errors.New("not a community like 65000:100 or no-export")
}

func checkExtCommunity(member string, expanded bool) error {
	kind, value, ok := strings.Cut(member, ":")
	if kind = strings.ToLower(kind); !ok || kind != "rt" && kind != "soo" && kind != "lb" && kind != "encap" {
		return errors.New("not like rt:65000:100 or soo:65000:100")
	}
	if expanded {
		_, err := regexp.Compile(value)
		return err
	}
	admin, number, ok := strings.Cut(value, ":")
	_, err1 := strconv.ParseUint(admin, 10, 32)
	_, err2 := netip.ParseAddr(admin)
	_, err3 := strconv.ParseUint(number, 10, 32)
	if kind != "encap" && (!ok || err1 != nil && err2 != nil || err3 != nil) {
		return errors.New("not like rt:65000:100 or soo:192.0.2.1:100")
	}
	return nil
}

// missing says that there is no row of a name in any of the tables that it could be in, and what follows.
func missing(so, name string, tables ...string) error {
	for i, t := range tables {
		tables[i] = t + schema.ConfigSeparator + name
	}
	return fmt.Errorf("no %s: %s", strings.Join(tables, ", nor "), so)
}

// references notes the sets and route maps that a peer refers to and that do not exist: nothing gets through them.
func (c *compiler) references(table, key string, families map[schema.BGPFamily]PeerFamily) {
	const so = "nothing gets through"
	for _, name := range slices.Sorted(maps.Keys(families)) {
		f := families[name]
		for field, m := range map[string]string{"route_map_in": f.RouteMapIn, "route_map_out": f.RouteMapOut} {
			if _, known := c.maps[m]; m != "" && !known {
				c.warn(table, key, field, m, missing(so, m, schema.TableRouteMap, schema.TableRouteMapSet))
			}
		}
		for field, l := range map[string]string{"prefix_list_in": f.PrefixListIn, "prefix_list_out": f.PrefixListOut} {
			if _, known := c.sets.lists[l]; l != "" && !known {
				c.warn(table, key, field, l, missing(so, l, schema.TablePrefixSet, schema.TablePrefixList))
			}
		}
		for field, s := range map[string]string{"filter_list_in": f.ASPathIn, "filter_list_out": f.ASPathOut} {
			if _, known := c.sets.asPaths[s]; s != "" && !known {
				c.warn(table, key, field, s, missing(so, s, schema.TableASPathSet))
			}
		}
	}
}
