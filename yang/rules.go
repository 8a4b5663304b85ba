package yang

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// rule looks at each row of a table together with others. What it says of a
// row can change only with the row itself, or with a row of the tables that it
// reads.
type rule struct {
	table string
	check func(r *rowRule)
	reads []string
}

// rowRule is one row under a rule.
type rowRule struct {
	*derived
	table string
	key   string
	row   map[string]string
	found []Problem
}

// rules lists all of them, by topic.
func rules() []rule {
	return slices.Concat(portRules(), aclRules(), vlanRules(), interfaceRules(), routingRules(), qosRules(), systemRules(), telemetryRules())
}

// checkRules runs every rule on every row of its table.
func checkRules(config Config) []Problem {
	var out []Problem
	shared := &derived{config: config}
	for _, rule := range rules() {
		out = append(out, rule.onRows(shared, maps.Keys(config[rule.table]))...)
	}
	return out
}

// onRows runs a rule on rows of its table, and gives what it finds by key.
func (u rule) onRows(shared *derived, keys iter.Seq[string]) []Problem {
	var out []Problem
	for key := range keys {
		r := rowRule{derived: shared, table: u.table, key: key, row: shared.config[u.table][key]}
		u.check(&r)
		out = append(out, r.found...)
	}
	slices.SortStableFunc(out, byKey)
	return out
}

func byKey(a, b Problem) int { return strings.Compare(a.Key, b.Key) }

// wrong notes a problem with a field, or with the whole row.
func (r *rowRule) wrong(field, format string, args ...any) {
	r.found = append(r.found, Problem{Table: r.table, Key: r.key, Field: field, Text: fmt.Sprintf(format, args...)})
}

// needs notes that something else has to be configured for this to work.
func (r *rowRule) needs(field, format string, args ...any) {
	r.wrong(field, format, args...)
	r.found[len(r.found)-1].Incomplete = true
}

// doubtful notes what can run and is likely a mistake.
func (r *rowRule) doubtful(field, format string, args ...any) {
	r.found = append(r.found, Problem{Table: r.table, Key: r.key, Field: field, Text: fmt.Sprintf(format, args...), Warning: true})
}

// part gives one part of the row's key, "" when there is none.
func (r *rowRule) part(i int) string {
	parts := strings.Split(r.key, "|")
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}

// has says whether the row has a field.
func (r *rowRule) has(field string) bool { return has(r.row, field) }

// get gives a field, or its default.
func (r *rowRule) get(field, missing string) string {
	if r.has(field) {
		return get(r.row, field)
	}
	return missing
}

// list gives the elements of a list field.
func (r *rowRule) list(field string) []string {
	v := get(r.row, field)
	if v == "" {
		return nil
	}
	return strings.Split(v, ",")
}

// number gives a field as a number; false when it is missing or none.
func (r *rowRule) number(field string) (int64, bool) {
	n, err := strconv.ParseInt(get(r.row, field), 10, 64)
	return n, err == nil
}

// exists says whether another row is there.
func (r *rowRule) exists(table, key string) bool {
	_, ok := r.config[table][key]
	return ok
}

// only refuses fields that mean nothing unless a condition holds.
func (r *rowRule) only(holds bool, condition string, fields ...string) {
	for _, f := range fields {
		if r.has(f) && !holds {
			r.wrong(f, "is only allowed when %s", condition)
		}
	}
}
