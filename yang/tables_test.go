package yang

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// TestEveryTable makes a minimal row of every shape of every table, which must
// be accepted, and then spoils it in every way that the model refuses. Each
// refusal must name table, key and field, and say what would be right.
func TestEveryTable(t *testing.T) {
	s, err := parseSchema(schemaText)
	if err != nil {
		t.Fatal(err)
	}
	c := NewChecker()
	total := 0
	for _, name := range slices.Sorted(maps.Keys(s.tables)) {
		t.Run(name, func(t *testing.T) {
			n := 0
			for _, l := range s.tables[name].lists {
				n += spoilRow(t, c, s, l)
			}
			if n == 0 {
				t.Error("nothing of this table can be wrong")
			}
			total += n
		})
	}
	t.Logf("%d wrong rows were refused", total)
}

// spoiler spoils one row.
type spoiler struct {
	t       *testing.T
	checker *Checker
	list    *list
	key     string
	config  Config
	n       int
}

func spoilRow(t *testing.T, c *Checker, s *schema, l *list) int {
	t.Helper()
	sample := newSampler(t, s)
	key := sample.row(l)
	if found := errorsOf(c, sample.config); len(found) > 0 {
		t.Errorf("%s: the minimal row %v is refused: %v", where(l, key), sample.config[l.table][key], found)
		return 0
	}
	sp := &spoiler{t: t, checker: c, list: l, key: key, config: sample.config}
	sp.keys()
	sp.accepted(sample)
	for _, name := range sortedNames(l.fields) {
		if f := l.fields[name]; !slices.Contains(l.keys, name) {
			sp.field(f)
		}
	}
	sp.unknown()
	if l.mapKey != nil {
		sp.fieldMap()
	}
	return sp.n
}

// company gives what a field needs beside it, or another value for it, before a
// rule accepts it. "-" stands for a field that this row cannot have at all.
func company(table, field string) string {
	if resource, ok := strings.CutSuffix(field, "_high_threshold"); ok && table == "CRM" {
		return resource + "_low_threshold=1 " + field + "=2"
	}
	if resource, ok := strings.CutSuffix(field, "_threshold_type"); ok && table == "CRM" {
		return resource + "_low_threshold=1 " + resource + "_high_threshold=2"
	}
	return map[string]string{
		"BGP_INTERNAL_NEIGHBOR.asn":                           "-",
		"BGP_VOQ_CHASSIS_NEIGHBOR.asn":                        "-",
		"DASH_ROUTE_TABLE.appliance":                          "-",
		"DASH_ROUTE_TABLE.overlay_dip":                        "-",
		"DASH_ROUTE_TABLE.overlay_ip":                         "-",
		"DASH_ROUTE_TABLE.overlay_sip":                        "-",
		"DASH_ROUTE_TABLE.underlay_dip":                       "-",
		"DASH_ROUTE_TABLE.underlay_sip":                       "-",
		"DASH_ROUTE_TABLE.vnet":                               "-",
		"CFG_L2MC_TABLE.query-interval":                       "query-max-response-time=1 query-interval=2",
		"CFG_MLD_L2MC_TABLE.query-interval":                   "query-max-response-time=1 query-interval=2",
		"DHCPV4_RELAY.server_vrf":                             "server_id_override=enable link_selection=enable vrf_selection=enable source_interface=Vlan10",
		"HIGH_FREQUENCY_TELEMETRY_GROUP.object_counters":      "object_counters@=WATERMARK_BYTES",
		"HIGH_FREQUENCY_TELEMETRY_GROUP.object_names":         "-",
		"MACSEC_PROFILE.replay_window":                        "enable_replay_protect=true",
		"MCLAG_DOMAIN.peer_link":                              "-",
		"MCLAG_DOMAIN.session_timeout":                        "session_timeout=3",
		"MIRROR_SESSION.dst_port":                             "type=SPAN",
		"PBH_HASH_FIELD.ip_mask":                              "hash_field=INNER_DST_IPV4",
		"POLICER.pir":                                         "mode=tr_tcm cir=1 pir=1",
		"PREFIX_LIST.ge":                                      "action=permit ge=25",
		"PREFIX_LIST.le":                                      "action=permit le=25",
		"SCHEDULER.pbs":                                       "cir=1 pir=1 cbs=1 pbs=1",
		"SCHEDULER.pir":                                       "cir=1 pir=1",
		"SNMP_USER.SNMP_USER_AUTH_TYPE":                       "SNMP_USER_TYPE=AuthNoPriv SNMP_USER_AUTH_TYPE=SHA",
		"SNMP_USER.SNMP_USER_ENCRYPTION_TYPE":                 "SNMP_USER_TYPE=Priv SNMP_USER_AUTH_TYPE=SHA SNMP_USER_ENCRYPTION_TYPE=AES SNMP_USER_ENCRYPTION_PASSWORD=longenough",
		"TELEMETRY_CLIENT.dst_group":                          "-",
		"VLAN.vlanid":                                         "vlanid=4090",
		"WARM_RESTART.neighsyncd_timer":                       "-",
		"WARM_RESTART.teamsyncd_timer":                        "-",
		"COPP_GROUP.pir":                                      "mode=tr_tcm",
		"MACSEC_PROFILE.fallback_ckn":                         "fallback_ckn=11111111111111111111111111111111",
		"PFC_WD.POLL_INTERVAL":                                "-",
		"POLICER.cbs":                                         "cir=1 cbs=1",
		"SCHEDULER.cbs":                                       "cir=1 cbs=1",
		"WRED_PROFILE.green_max_threshold":                    "green_min_threshold=0",
		"WRED_PROFILE.red_max_threshold":                      "red_min_threshold=0",
		"WRED_PROFILE.yellow_max_threshold":                   "yellow_min_threshold=0",
		"SYSLOG_CONFIG.welf_firewall_name":                    "format=welf",
		"BGP_GLOBALS_AF.route_flap_dampen":                    "-",
		"BGP_GLOBALS_AF.route_flap_dampen_half_life":          "-",
		"BGP_GLOBALS_AF.route_flap_dampen_reuse_threshold":    "-",
		"BGP_GLOBALS_AF.route_flap_dampen_suppress_threshold": "-",
		"BGP_GLOBALS_AF.route_flap_dampen_max_suppress":       "-",
		"PREFIX_LIST.seq":                                     "action=permit",
		"BGP_GLOBALS_AF.import_vrf":                           "-",
		"MID_PLANE_BRIDGE.bridge":                             "ip_prefix=10.0.0.0/24",
	}[table+"."+field]
}

// accepted adds each field to the row, alone, with a value that is right. What
// needs company is refused alone, and accepted with it.
func (s *spoiler) accepted(sample *sampler) {
	s.t.Helper()
	for _, name := range sortedNames(s.list.fields) {
		f := s.list.fields[name]
		if slices.Contains(s.list.keys, name) {
			continue
		}
		row := s.with(f.stored(), sample.fieldValue(s.list, f))
		config := maps.Clone(sample.config)
		config[s.list.table] = maps.Clone(config[s.list.table])
		config[s.list.table][s.key] = row
		needs := company(s.list.table, name)
		found := errorsOf(s.checker, config)
		if alone := len(found) == 0; alone != (needs == "") {
			s.t.Errorf("%s: %v: %v", where(s.list, s.key), row, found)
		}
		if needs == "" || needs == "-" {
			continue
		}
		for word := range strings.FieldsSeq(needs) {
			other, value, _ := strings.Cut(word, "=")
			row[other] = value
		}
		if found := errorsOf(s.checker, config); len(found) > 0 {
			s.t.Errorf("%s: %v is refused: %v", where(s.list, s.key), row, found)
		}
	}
}

// refused checks that a change of the row, or another key, is refused for a reason.
func (s *spoiler) refused(what, key string, row map[string]string, field string, want ...string) {
	s.t.Helper()
	s.n++
	config := maps.Clone(s.config)
	rows := maps.Clone(config[s.list.table])
	if key != s.key {
		delete(rows, s.key)
	}
	rows[key] = row
	config[s.list.table] = rows
	found := errorsOf(s.checker, config)
	ok := slices.ContainsFunc(found, func(p Problem) bool {
		return p.Table == s.list.table && p.Key == key && p.Field == field &&
			!slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(p.Text, w) })
	})
	if !ok {
		s.t.Errorf("%s: %s: found %v, want a problem with field %q that says %q", where(s.list, key), what, found, field, want)
	}
}

func (s *spoiler) with(field, value string) map[string]string {
	row := maps.Clone(s.config[s.list.table][s.key])
	row[field] = value
	return row
}

// keys spoils the key: another number of parts, and each part.
func (s *spoiler) keys() {
	s.t.Helper()
	row := s.config[s.list.table][s.key]
	long := s.key + strings.Repeat("|x", 9)
	s.refused("wrong shape of key", long, row, "", "the key is not ")
	if s.list.keys == nil || s.shared() {
		return
	}
	parts := strings.Split(s.key, "|")
	for i, name := range s.list.keys {
		for _, bad := range badValues(s.list.fields[name].typ) {
			if strings.Contains(bad.value, "|") {
				continue
			}
			spoiled := slices.Clone(parts)
			spoiled[i] = bad.value
			s.refused(bad.what, strings.Join(spoiled, "|"), row, name, bad.want...)
		}
	}
}

// shared says whether another shape of the table has such keys: then the
// problem told may be that of the other.
func (s *spoiler) shared() bool {
	n := 0
	for _, l := range s.checker.mustTable(s.list.table).lists {
		if _, ok := l.split(s.key); ok || len(l.keys) == len(s.list.keys) {
			n++
		}
	}
	return n > 1
}

func (c *Checker) mustTable(name string) *table {
	s, err := c.load()
	if err != nil {
		panic(err)
	}
	return s.tables[name]
}

func (s *spoiler) field(f *field) {
	s.t.Helper()
	for _, bad := range badValues(f.typ) {
		if f.multiple && strings.Contains(bad.value, ",") {
			continue
		}
		if f.multiple && bad.value == "" {
			continue // an empty list
		}
		s.refused(bad.what, s.key, s.with(f.stored(), bad.value), f.name, bad.want...)
	}
	if f.mandatory {
		row := maps.Clone(s.config[s.list.table][s.key])
		delete(row, f.stored())
		s.refused("missing", s.key, row, f.name, "must be set")
	}
	if !f.multiple {
		s.refused("a list", s.key, s.with(f.name+"@", "1,2"), f.name, "is a list, want a single value")
		return
	}
	if f.most > 0 {
		s.refused("too many", s.key, s.with(f.stored(), strings.Repeat("1,", f.most)+"1"), f.name, fmt.Sprintf("want at most %d", f.most))
	}
	good := newSampler(s.t, s.checker.mustSchema())
	good.config = s.config
	if v := good.value(f.typ); !strings.Contains(v, ",") && f.most != 1 {
		s.refused("twice", s.key, s.with(f.stored(), v+","+v), f.name, "is in the list twice")
	}
}

func (c *Checker) mustSchema() *schema {
	s, err := c.load()
	if err != nil {
		panic(err)
	}
	return s
}

// unknown adds a field that the table does not have.
func (s *spoiler) unknown() {
	s.t.Helper()
	if s.list.mapKey == nil {
		s.refused("unknown field", s.key, s.with("no_such_field", "1"), "no_such_field", "unknown field", s.list.table)
	}
}

// fieldMap spoils names and values of a row whose fields have any name.
func (s *spoiler) fieldMap() {
	s.t.Helper()
	sample := newSampler(s.t, s.checker.mustSchema())
	sample.config = s.config
	name := sample.value(s.list.mapKey.typ)
	for _, bad := range badValues(s.list.mapValue.typ) {
		s.refused(bad.what, s.key, s.with(name, bad.value), name, bad.want...)
	}
	for _, bad := range badValues(s.list.mapKey.typ) {
		if !strings.HasSuffix(bad.value, "@") {
			s.refused(bad.what, s.key, s.with(bad.value, "1"), bad.value, append(bad.want, "the field's name")...)
		}
	}
}

// badValue is a value that a type refuses, and what the refusal says.
type badValue struct {
	what, value string
	want        []string
}

// badValues spoils a value in each way that the type knows.
func badValues(t *typ) []badValue {
	switch t.kind {
	case kindEnum:
		return []badValue{{"bad word", "no-such-word", []string{`"no-such-word" is not one of ` + t.choices[0]}}}
	case kindBool:
		return []badValue{{"bad boolean", "maybe", []string{"is not true or false"}}}
	case kindNumber, kindDecimal:
		return badNumbers(t)
	case kindRef:
		return []badValue{{"missing reference", "no-such-row", []string{`"no-such-row" is not in table ` + t.ref.table}}}
	case kindUnion:
		return badInUnion(t)
	}
	return badStrings(t)
}

func badNumbers(t *typ) []badValue {
	one := big.NewRat(1, 1)
	low := numberText(new(big.Rat).Sub(t.ranges[0].low, one), t.digits)
	high := numberText(new(big.Rat).Add(t.ranges[len(t.ranges)-1].high, one), t.digits)
	bound := strings.Replace(t.ranges[0].text, "..", " to ", 1)
	list := []badValue{
		{"bad type", "7x", []string{`"7x" is not a number`}},
		{"too small", low, []string{low + " is out of range, want " + bound}},
		{"too large", high, []string{high + " is out of range, want " + bound}},
	}
	if t.kind == kindDecimal {
		long := numberText(t.ranges[0].low, t.digits) + "1"
		return append(list, badValue{"too precise", long, []string{fmt.Sprintf("more than %d digits", t.digits)}})
	}
	return append(list, badValue{"hexadecimal", "0x1f", []string{"is not a number"}})
}

func badStrings(t *typ) []badValue {
	var list []badValue
	bounds := fmt.Sprintf("want %d to %d", t.minLen, t.maxLen)
	if t.minLen > 0 {
		list = append(list, badValue{"too short", strings.Repeat("a", t.minLen-1), []string{bounds}})
	}
	if t.maxLen >= 0 {
		list = append(list, badValue{"too long", strings.Repeat("a", t.maxLen+1), []string{bounds}})
	}
	for _, v := range []string{"\t ?", "?a", "none of it", "\n"} {
		for _, p := range t.patterns {
			if n := len(v); n >= t.minLen && (t.maxLen < 0 || n <= t.maxLen) && !p.match(v) {
				return append(list, badValue{"bad pattern", v, []string{"is not " + t.form(p)}})
			}
		}
	}
	return list
}

// badInUnion gives values that no option accepts.
func badInUnion(t *typ) []badValue {
	x := &index{schema: &schema{tables: map[string]*table{}}, config: Config{}, sets: map[string]map[string]struct{}{}}
	for _, o := range t.options {
		for _, bad := range badValues(o) {
			if t.check(x, place{list: &list{}}, bad.value) != "" {
				return []badValue{{"fits no option", bad.value, []string{"is "}}}
			}
		}
	}
	return nil
}
