package yang

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the goldens")

func TestSchemaIsWhole(t *testing.T) {
	s, err := parseSchema(schemaText)
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range s.tables {
		if len(table.lists) == 0 {
			t.Errorf("table %s has no rows", name)
		}
		for _, l := range table.lists {
			for _, key := range l.keys {
				if l.fields[key] == nil {
					t.Errorf("%s/%s: key part %s has no type", name, l.name, key)
				}
			}
			for _, c := range l.conditions {
				checkCondition(t, l, c)
			}
			if (l.mapKey == nil) != (l.mapValue == nil) {
				t.Errorf("%s/%s: half a map", name, l.name)
			}
		}
	}
}

// checkCondition compiles a condition and looks for the fields that it names.
func checkCondition(t *testing.T, l *list, c *condition) {
	t.Helper()
	if err := c.compile(); err != nil {
		t.Errorf("%s/%s: %v", l.table, l.name, err)
		return
	}
	for _, name := range c.root.fields(nil) {
		if l.fields[name] == nil {
			t.Errorf("%s/%s: condition %s names %s, which is no field", l.table, l.name, c.text, name)
		}
	}
}

// eachType visits every type that a field can have.
func eachType(s *schema, visit func(where string, t *typ)) {
	var walk func(where string, t *typ)
	walk = func(where string, t *typ) {
		visit(where, t)
		for _, o := range t.options {
			walk(where, o)
		}
	}
	for name, table := range s.tables {
		for _, l := range table.lists {
			for _, f := range l.fields {
				walk(name+"/"+l.name+"/"+f.name, f.typ)
			}
			if l.mapKey != nil {
				walk(name+"/"+l.name+"/"+l.mapKey.name, l.mapKey.typ)
				walk(name+"/"+l.name+"/"+l.mapValue.name, l.mapValue.typ)
			}
		}
	}
}

func TestPatternsCompile(t *testing.T) {
	s, err := parseSchema(schemaText)
	if err != nil {
		t.Fatal(err)
	}
	eachType(s, func(where string, typ *typ) {
		for _, p := range typ.patterns {
			if err := p.compile(); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	})
}

func TestReferencesLeadSomewhere(t *testing.T) {
	s, err := parseSchema(schemaText)
	if err != nil {
		t.Fatal(err)
	}
	eachType(s, func(where string, typ *typ) {
		if typ.kind != kindRef {
			return
		}
		target := s.tables[typ.ref.table]
		if target == nil {
			t.Errorf("%s: no table %s", where, typ.ref.table)
			return
		}
		for _, l := range target.lists {
			if l.name == typ.ref.list && l.fields[typ.ref.field] != nil {
				return
			}
		}
		t.Errorf("%s: no field %v", where, typ.ref)
	})
}

// TestPatternsHaveWords: no refusal shows an operator a regular expression.
func TestPatternsHaveWords(t *testing.T) {
	eachType(NewChecker().mustSchema(), func(where string, typ *typ) {
		if len(typ.patterns) > 0 && typ.want == "" {
			t.Errorf("%s: the pattern %s has no error-message that says what it wants", where, typ.patterns[0].source)
		}
	})
}

// TestSecretsStaySecret: refusals end up in logs.
func TestSecretsStaySecret(t *testing.T) {
	for _, p := range NewChecker().Check(rows(t, `RADIUS|global passkey=hush#hush
TACPLUS_SERVER|10.0.0.1 passkey=hush,hush
LDAP|global bind_password=hush#
MACSEC_PROFILE|m primary_cak=hush primary_ckn=11111111111111111111111111111111
SNMP_USER|user SNMP_USER_TYPE=Priv SNMP_USER_PERMISSION=RO SNMP_USER_AUTH_TYPE=SHA SNMP_USER_AUTH_PASSWORD=hush SNMP_USER_ENCRYPTION_TYPE=AES SNMP_USER_ENCRYPTION_PASSWORD=hush@
`)) {
		if strings.Contains(p.String(), "hush") {
			t.Errorf("tells a secret: %s", p)
		}
	}
}

func TestPatternIsXMLSchemas(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{`[0-9]+`, "12", true},
		{`[0-9]+`, "12 ", false}, // the whole text
		{`a|b`, "ab", false},
		{`\d+`, "٣", true}, // any digit of Unicode
		{`(\w+)\.[1-9]`, "Eth0.1", true},
		{`(\w+)`, "a-b", false},
		{`$^`, "$^", true}, // plain characters
		{`[^ @]*`, "a^b", true},
		{`[a^]`, "^", true},
		{`(%[\p{N}\p{L}]+)?`, "%eth0", true},
		{`a\_b\/c`, "a_b/c", true},
	}
	for _, tt := range tests {
		if got := (&pattern{source: tt.pattern}).match(tt.text); got != tt.want {
			t.Errorf("%q on %q: %v, want %v", tt.pattern, tt.text, got, tt.want)
		}
	}
}

// TestCheck reads testdata/<topic>.txtar: each file "name" is a configuration
// in lines "TABLE|key field=value field=value", and "name.want" the problems.
func TestCheck(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	c := NewChecker()
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { checkArchive(t, c, file) })
	}
}

func checkArchive(t *testing.T, c *Checker, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".want") {
			continue
		}
		got := ""
		for _, p := range c.Check(rows(t, string(f.Data))) {
			if p.Warning {
				got += "warning: "
			}
			got += p.String() + "\n"
		}
		if i+1 >= len(archive.Files) || archive.Files[i+1].Name != f.Name+".want" {
			t.Fatalf("%s has no %s.want", f.Name, f.Name)
		}
		want := &archive.Files[i+1].Data
		if *update {
			*want = []byte(got)
		} else if d := cmp.Diff(string(*want), got); d != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, d)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// rows reads "TABLE|key field=value" lines; "_" in a value is a blank.
func rows(t *testing.T, text string) Config {
	t.Helper()
	c := make(Config)
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		table, key, ok := strings.Cut(words[0], "|")
		if !ok {
			t.Fatalf("row %q has no key", words[0])
		}
		row := make(map[string]string)
		for _, w := range words[1:] {
			name, value, _ := strings.Cut(w, "=")
			row[name] = value
		}
		if c[table] == nil {
			c[table] = make(map[string]map[string]string)
		}
		c[table][key] = row
	}
	return c
}

func FuzzCheck(f *testing.F) {
	f.Add("VLAN_MEMBER", "Vlan100|Ethernet0|x", "tagging_mode", "untagged")
	f.Add("PORTCHANNEL_MEMBER", "a", "NULL", "NULL")
	f.Add("INTERFACE", "Ethernet0|::/0", "mtu@", ",,")
	f.Add("CRM", "Config", "x_high_threshold", "99999999999999999999999")
	f.Add("PREFIX", "|||", "", "")
	c := NewChecker()
	f.Fuzz(func(_ *testing.T, table, key, field, value string) {
		row := map[string]string{field: value, "tagging_mode": "untagged"}
		config := Config{table: {key: row, "other|" + key: row}, "PORT": {key: row}, "VLAN": {"Vlan100": {}}}
		c.Check(config)
	})
}

// BenchmarkFullSwitch judges a switch of 512 ports and 4000 VLANs with eight members each.
func BenchmarkFullSwitch(b *testing.B) {
	config := fullSwitch()
	c := NewChecker()
	for b.Loop() {
		if p := c.Check(config); len(p) > 0 {
			b.Fatal(p[0])
		}
	}
}

func BenchmarkReadSchema(b *testing.B) {
	for b.Loop() {
		if _, err := parseSchema(schemaText); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDefaultsAreValues(t *testing.T) {
	s, err := parseSchema(schemaText)
	if err != nil {
		t.Fatal(err)
	}
	x := &index{schema: s, config: Config{}, sets: make(map[string]map[string]struct{})}
	for name, table := range s.tables {
		for _, l := range table.lists {
			for _, f := range l.fields {
				if text := f.typ.check(x, place{list: l}, f.value); f.hasValue && text != "" {
					t.Errorf("%s/%s: default of %s: %s", name, l.name, f.name, text)
				}
			}
		}
	}
}

// TestRulesAreInTheModels: what a rule checks is said where the table is described.
func TestRulesAreInTheModels(t *testing.T) {
	files, err := filepath.Glob("models/*.yang")
	if err != nil || len(files) == 0 {
		t.Fatal("no modules", err)
	}
	said := make(map[string]bool)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, container := range strings.Split(string(text), "\n  container ")[1:] {
			name, _, _ := strings.Cut(container, " ")
			said[name] = strings.Contains(container, "\n    hx:rule ")
		}
	}
	for _, u := range rules() {
		if !said[u.table] {
			t.Errorf("the model of %s has no hx:rule", u.table)
		}
	}
	for _, u := range rules() {
		delete(said, u.table)
	}
	for table, has := range said {
		if has {
			t.Errorf("the model of %s has an hx:rule that nothing checks", table)
		}
	}
}
