package yang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// condition is what several fields of a row must agree in: a must or a when of
// the model. It is compiled when a row meets it.
type condition struct {
	field   string // "": the row
	when    bool   // the field is only allowed if it holds
	message string
	text    string
	root    *expression
}

// parseCondition reads: must FIELD "message" expression. FIELD is - for the row.
func parseCondition(line string) (*condition, error) {
	word, rest, _ := strings.Cut(line, " ")
	field, rest, _ := strings.Cut(rest, " ")
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil || word != "must" && word != "when" {
		return nil, fmt.Errorf("condition %q is neither must nor when with a message", line)
	}
	message, err := strconv.Unquote(quoted)
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", quoted, err)
	}
	c := &condition{when: word == "when", message: message, text: rest[len(quoted):]}
	if field != "-" {
		c.field = field
	}
	return c, nil
}

func (c *condition) compile() (err error) {
	if c.root == nil {
		c.root, err = parseExpression(c.text)
	}
	return err
}

// check says what is wrong with a row, or "".
func (c *condition) check(at place) string {
	if !c.concerns(at) || c.compile() != nil || c.root.holds(at) {
		return "" // a test compiles every condition of the schema
	}
	text := c.message
	if c.field != "" && !c.when && !at.list.fields[c.field].multiple {
		text = valueText(c.field, at.values(c.field)[0]) + " " + text
	}
	return text + c.circumstances(at)
}

// valueText puts quotes around what is no number, and keeps secrets.
func valueText(field, v string) string {
	if secret(field) {
		return "the value"
	}
	if _, ok := number(v, true); ok {
		return v
	}
	return strconv.Quote(v)
}

// conceal takes a value that is not to be shown out of what is said about it.
func conceal(field, value, text string) string {
	if value == "" || !secret(field) {
		return text
	}
	return strings.ReplaceAll(text, strconv.Quote(value), "the value")
}

// secret says whether a field's name is that of something not to be shown.
func secret(field string) bool {
	name := strings.ToLower(field)
	return strings.Contains(name, "passw") || strings.Contains(name, "passkey") || strings.HasSuffix(name, "_cak")
}

// concerns says whether the condition is about this row. A default is a value
// that a must is about.
func (c *condition) concerns(at place) bool {
	if c.field == "" {
		return true
	}
	return has(at.row, c.field) || slices.Contains(at.list.keys, c.field) || !c.when && at.list.fields[c.field].hasValue
}

// circumstances tells the values of the other fields that the condition names.
func (c *condition) circumstances(at place) string {
	var parts []string
	for _, name := range c.root.fields(nil) {
		if name == c.field {
			continue
		}
		switch v := at.values(name); {
		case len(v) > 0 && secret(name):
		case len(v) > 0:
			parts = append(parts, name+" is "+strings.Join(v, ","))
		case !c.when: // a when says it already
			parts = append(parts, name+" is not set")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// values gives what a field holds: nothing when it is not there and has no
// default, several for a list.
func (p place) values(name string) []string {
	f := p.list.fields[name]
	switch {
	case slices.Contains(p.list.keys, name):
		return []string{p.field(name)}
	case !has(p.row, name):
		if f != nil && f.hasValue {
			return []string{f.value}
		}
		return nil
	case f != nil && f.multiple:
		if v := get(p.row, name); v != "" {
			return strings.Split(v, ",")
		}
		return nil
	}
	return []string{get(p.row, name)}
}
