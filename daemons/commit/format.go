package commit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
)

// Format writes the configuration as config_db.json: names in natural order
// (Ethernet4 before Ethernet10), four blanks of indentation.
func Format(c Config) []byte {
	var b bytes.Buffer
	f := formatter{&b}
	f.object(0, sorted(c), func(table string) {
		if fields, ok := c[table][noKey]; ok {
			f.rowAt(1, fields)
			return
		}
		f.object(1, sorted(c[table]), func(key string) { f.row(c[table][key]) })
	})
	b.WriteByte('\n')
	return b.Bytes()
}

// FormatTable writes one table as Format does, without the table's name.
func FormatTable(t Table) []byte {
	var b bytes.Buffer
	f := formatter{&b}
	f.object(0, sorted(t), func(key string) { f.rowAt(1, t[key]) })
	b.WriteByte('\n')
	return b.Bytes()
}

type formatter struct{ b *bytes.Buffer }

func (f formatter) row(row Row) { f.rowAt(2, row) }

func (f formatter) rowAt(depth int, row Row) {
	fields := slices.DeleteFunc(sorted(row), func(n string) bool { return n == nullField })
	byName := make(map[string]string, len(fields))
	for i, n := range fields {
		fields[i] = strings.TrimSuffix(n, "@")
		byName[fields[i]] = n
	}
	f.object(depth, slices.Compact(fields), func(name string) {
		stored := byName[name]
		if !strings.HasSuffix(stored, "@") {
			f.text(row[stored])
			return
		}
		f.list(depth+1, row[stored])
	})
}

// list writes the elements of a field whose stored name ends in '@'.
func (f formatter) list(depth int, joined string) {
	if joined == "" {
		f.b.WriteString("[]")
		return
	}
	f.b.WriteByte('[')
	for i, e := range strings.Split(joined, ",") {
		if i > 0 {
			f.b.WriteByte(',')
		}
		f.newline(depth + 1)
		f.text(e)
	}
	f.newline(depth)
	f.b.WriteByte(']')
}

func (f formatter) object(depth int, keys []string, value func(string)) {
	if len(keys) == 0 {
		f.b.WriteString("{}")
		return
	}
	f.b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			f.b.WriteByte(',')
		}
		f.newline(depth + 1)
		f.text(k)
		f.b.WriteString(": ")
		value(k)
	}
	f.newline(depth)
	f.b.WriteByte('}')
}

func (f formatter) newline(depth int) {
	f.b.WriteByte('\n')
	f.b.WriteString(strings.Repeat("    ", depth))
}

// text writes a JSON string without escaping what HTML would need.
func (f formatter) text(s string) {
	enc := json.NewEncoder(f.b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a buffer and a string cannot fail
	f.b.Truncate(f.b.Len() - 1)
}

func sorted[V any](m map[string]V) []string {
	keys := slices.Collect(maps.Keys(m))
	slices.SortFunc(keys, natural.Compare)
	return keys
}
