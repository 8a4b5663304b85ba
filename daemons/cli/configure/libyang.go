package configure

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// modelled is a table whose commands SONiC generates from its model: what the
// model refuses is told in the words of its parser, which scripts look for.
type modelled struct {
	module string            // the model's name
	list   string            // the list's name and key within the table, "" for a container
	types  map[string]string // numbers by field
}

// refusals turns the checker's words into the parser's, by what they say.
func refusals() []struct {
	from *regexp.Regexp
	to   string
} {
	return []struct {
		from *regexp.Regexp
		to   string
	}{
		{regexp.MustCompile(`^"(.*)" is not one of `), `Invalid enumeration value "$1".`},
		{regexp.MustCompile(`^"(.*)" is not true or false$`), `Invalid boolean value "$1".`},
		{regexp.MustCompile(`^(\S+) is out of range, want `), `Unsatisfied range - value "$1" is out of the allowed range.`},
		{regexp.MustCompile(`^"(.*)" is not a number$`), `Invalid type %s value "$1".`},
	}
}

// tell replaces a refusal of this table's row by the parser's account of it.
func (m modelled) tell(table, key string, err error) error {
	var invalid *commit.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
		return err
	}
	p := invalid.Problems[0]
	if p.Table != table || p.Key != key {
		return err
	}
	text := ""
	for _, r := range refusals() {
		if r.from.MatchString(p.Text) {
			text = r.from.ReplaceAllString(r.from.FindString(p.Text), r.to)
			text = m.exact(p.Field, text)
		}
	}
	if text == "" {
		return err
	}
	row := key
	if m.list != "" {
		row = m.list + "='" + key + "']"
	}
	where := fmt.Sprintf("%s: Data path: /%s:%s/%s/%s/%s (line 1)", text, m.module, m.module, table, row, p.Field)
	return quitf(click.CodeError, "sonic_yang(3):Data Loading Failed:failed to parse data tree: %s\n"+
		"Error: Failed to validate configuration: Data Loading Failed\nfailed to parse data tree: %s\nAborted!", where, where)
}

// exact names the number's type, and tells a number that its type cannot hold
// from one that only its range excludes.
func (m modelled) exact(field, text string) string {
	kind := m.types[field]
	if strings.Contains(text, "%s") {
		return fmt.Sprintf(text, kind)
	}
	said, ok := strings.CutPrefix(text, `Unsatisfied range - value "`)
	if !ok {
		return text
	}
	said, _, _ = strings.Cut(said, `"`)
	bounds := map[string][2]int64{
		"int8": {-128, 127}, "int16": {-32768, 32767}, "int32": {-1 << 31, 1<<31 - 1},
		"uint8": {0, 255}, "uint16": {0, 65535}, "uint32": {0, 1<<32 - 1},
	}
	b, ok := bounds[kind]
	var n int64
	if _, err := fmt.Sscan(said, &n); ok && (err != nil || n < b[0] || n > b[1]) {
		return fmt.Sprintf(`Value "%s" is out of type %s min/max bounds.`, said, kind)
	}
	return text
}
