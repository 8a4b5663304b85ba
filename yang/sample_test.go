package yang

import (
	"fmt"
	"maps"
	"math/big"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// sampler makes configurations that are right, as small as they can be: one row,
// and what it refers to.
type sampler struct {
	t      *testing.T
	schema *schema
	config Config
	making map[string]bool // lists whose row is being made
}

func newSampler(t *testing.T, s *schema) *sampler {
	return &sampler{t: t, schema: s, config: make(Config), making: make(map[string]bool)}
}

// besides lists rows that rules ask for beside a row of a list.
func besides(list string) string {
	return map[string]string{
		"FDB_LIST":                "VLAN_MEMBER|Vlan4090|Ethernet0 tagging_mode=tagged",
		"GLOBAL DNS_OPTIONS":      "DNS_NAMESERVER|10.0.0.1",
		"MCLAG_UNIQUE_IP_LIST":    "MCLAG_DOMAIN|1",
		"MCLAG_INTERFACE_LIST":    "PORTCHANNEL|PortChannel0 admin_status=up",
		"VOQ_BUFFER_QUEUE_LIST":   "DEVICE_METADATA|localhost switch_type=voq asic_name=Asic0",
		"VOQ_QUEUE_LIST":          "DEVICE_METADATA|localhost switch_type=voq asic_name=Asic0",
		"STP_MST_LIST":            "STP|GLOBAL mode=mst",
		"STP_PORT_LIST":           "STP|GLOBAL mode=pvst",
		"VLAN_SUB_INTERFACE_LIST": "PORT|Ethernet0 lanes=0 speed=1",
	}[list]
}

// also gives fields that rows of a list need although none of them is mandatory by itself.
func also(list string) map[string]string {
	switch list {
	case "BUFFER_PROFILE_LIST":
		return map[string]string{"size": "0"}
	case "BGP_INTERNAL_NEIGHBOR_LIST", "BGP_VOQ_CHASSIS_NEIGHBOR_LIST":
		return map[string]string{"local_addr": "10.0.0.2"}
	}
	return map[string]string{}
}

// preset gives a field a value that goes with everything else.
func preset(table, field string) (string, bool) {
	value, ok := map[string]string{
		"ACL_TABLE.type":                          "L2",
		"PBH_HASH_FIELD.hash_field":               "INNER_IP_PROTOCOL",
		"SNMP_USER.SNMP_USER_TYPE":                "noAuthNoPriv",
		"FG_NHG.match_mode":                       "route-based",
		"BGP_NEIGHBOR.asn":                        "65001",
		"BGP_MONITORS.name":                       "BGPMonitor",
		"EVPN_ETHERNET_SEGMENT.type":              "TYPE_3_MAC_BASED",
		"SNMP_USER.SNMP_USER_ENCRYPTION_PASSWORD": "",
		"SNMP_USER.SNMP_USER_AUTH_PASSWORD":       "",
	}[table+"."+field]
	return value, ok
}

// row adds a row of a list, and gives its key.
func (s *sampler) row(l *list) string {
	s.t.Helper()
	key := l.only
	if l.keys != nil {
		parts := make([]string, len(l.keys))
		for i, name := range l.keys {
			parts[i] = s.keyPart(l, name)
		}
		key = strings.Join(parts, "|")
	}
	fields := maps.Clone(also(l.name))
	if s.config[l.table] == nil {
		s.config[l.table] = make(map[string]map[string]string)
	}
	if old := s.config[l.table][key]; old != nil {
		return key
	}
	s.config[l.table][key] = fields
	for _, name := range sortedNames(l.fields) {
		if f := l.fields[name]; f.mandatory && !slices.Contains(l.keys, name) {
			fields[f.stored()] = s.fieldValue(l, f)
		}
	}
	for table, others := range rows(s.t, besides(l.name)+besides(l.name+" "+l.table)) {
		for other, row := range others {
			s.add(table, other, row)
		}
	}
	return key
}

func (s *sampler) fieldValue(l *list, f *field) string {
	s.t.Helper()
	if v, ok := preset(l.table, f.name); ok {
		return v
	}
	return s.value(f.typ)
}

// keyPart gives a value for a part of a key. Some rules look at keys.
func (s *sampler) keyPart(l *list, name string) string {
	switch {
	case name == "group-addr" && strings.Contains(l.table, "MLD"):
		return "ff05::1:3"
	case name == "group-addr":
		return "239.1.1.1"
	case name == "mac":
		return "02:00:00:00:00:01"
	case l.table == "VLAN_SUB_INTERFACE" && len(l.keys) == 1:
		return "Ethernet0.10"
	}
	part := s.value(l.fields[name].typ)
	if strings.HasSuffix(l.name, "_IPPREFIX_LIST") && name == "name" {
		s.add(l.table, part, map[string]string{}) // an address needs its interface
	}
	return part
}

func (s *sampler) add(table, key string, row map[string]string) {
	if s.config[table] == nil {
		s.config[table] = make(map[string]map[string]string)
	}
	if s.config[table][key] == nil {
		s.config[table][key] = row
	}
}

// stored is the field's name in the database.
func (f *field) stored() string {
	if f.multiple {
		return f.name + "@"
	}
	return f.name
}

func sortedNames(fields map[string]*field) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// value gives a value that a type accepts; what it refers to is added.
func (s *sampler) value(t *typ) string {
	s.t.Helper()
	switch t.kind {
	case kindEnum:
		return t.choices[0]
	case kindBool:
		return "true"
	case kindDecimal:
		return "1.5"
	case kindNumber:
		return numberText(t.ranges[0].low, t.digits)
	case kindRef:
		return s.target(t.ref)
	case kindUnion:
		for _, o := range t.options {
			if o.kind != kindRef || !s.making[o.ref.table+"/"+o.ref.list] {
				return s.value(o)
			}
		}
		s.t.Fatalf("no option of %s can be made", t.name)
	}
	return s.text(t)
}

func numberText(r *big.Rat, digits int) string { return r.FloatString(digits) }

// target makes a row that a reference leads to, and gives the field's value.
func (s *sampler) target(r reference) string {
	s.t.Helper()
	name := r.table + "/" + r.list
	for _, l := range s.schema.tables[r.table].lists {
		if l.name != r.list {
			continue
		}
		if s.making[name] {
			s.t.Fatalf("%s refers to itself", name)
		}
		s.making[name] = true
		key := s.row(l)
		delete(s.making, name)
		parts, _ := l.split(key)
		at := place{l, parts, s.config[r.table][key]}
		if v := at.field(r.field); v != "" {
			return v
		}
		v := s.value(l.fields[r.field].typ)
		s.config[r.table][key][r.field] = v
		return v
	}
	s.t.Fatalf("no list %s", name)
	return ""
}

// text gives a string that fits a type's patterns.
func (s *sampler) text(t *typ) string {
	s.t.Helper()
	candidates := []string{"Ethernet0", "10.0.0.1", "fc00::1", "10.0.0.0/24", "fc00::/64", "00:11:22:aa:bb:cc", "10.0.0.1,10.0.0.2", "fc00::1,fc00::2"}
	for _, p := range t.patterns {
		candidates = append(candidates, matching(s.t, p.source))
	}
	for _, n := range []int{t.minLen, t.minLen + 1} {
		candidates = append(candidates, strings.Repeat("a", n), strings.Repeat("0", n))
	}
	x := &index{schema: s.schema, config: s.config}
	for _, c := range candidates {
		if t.check(x, place{}, c) == "" {
			return c
		}
	}
	s.t.Fatalf("no sample fits %s %v", t.name, candidates)
	return ""
}

// matching makes the shortest text that a pattern describes.
func matching(t *testing.T, source string) string {
	t.Helper()
	tree, err := syntax.Parse(translate(source), syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	return shortest(tree)
}

func shortest(r *syntax.Regexp) string {
	switch r.Op {
	case syntax.OpLiteral:
		return string(r.Rune)
	case syntax.OpCharClass:
		return string(r.Rune[0])
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(r.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(shortest(r.Sub[0]), r.Min)
	case syntax.OpConcat:
		text := ""
		for _, sub := range r.Sub {
			text += shortest(sub)
		}
		return text
	case syntax.OpAlternate:
		return shortest(r.Sub[0])
	}
	return ""
}

// errorsOf lists what refuses a configuration.
func errorsOf(c *Checker, config Config) []Problem {
	return slices.DeleteFunc(c.Check(config), func(p Problem) bool { return p.Warning })
}

// where names a row for messages.
func where(l *list, key string) string { return fmt.Sprintf("%s|%s (%s)", l.table, key, l.name) }
