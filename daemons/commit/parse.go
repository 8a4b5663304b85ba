package commit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/heddle-nos/heddle/yang"
)

// SyntaxError says where a configuration file is not what it must be.
type SyntaxError struct {
	Line, Column int // both from 1
	Where        string
	Problem      string
}

func (e *SyntaxError) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("line %d column %d: %s", e.Line, e.Column, e.Problem)
	}
	return fmt.Sprintf("line %d column %d: %s: %s", e.Line, e.Column, e.Where, e.Problem)
}

// maxFile bounds a configuration file: the largest of real switches are a few megabytes.
const maxFile = 256 << 20

// Parse reads a config_db.json. It refuses what encoding/json would silently
// accept: a name that comes twice, text after the end, values of the wrong shape.
// An event of daemons, which SONiC's models allow in a configuration, becomes a
// row with an empty key.
func Parse(data []byte) (Config, error) {
	p := &parser{data: data, dec: json.NewDecoder(bytes.NewReader(data)), isEvent: yang.NewChecker().IsEvent}
	p.dec.UseNumber()
	if len(data) > maxFile {
		return nil, p.fail("", fmt.Sprintf("the file has %d bytes, at most %d are read", len(data), maxFile))
	}
	if !utf8.Valid(data) {
		return nil, p.fail("", "the file is not UTF-8 text")
	}
	c := make(Config)
	if err := p.object("", func(table string) error { return p.table(c, table) }); err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, p.fail("", "text after the end of the configuration")
	}
	return c, nil
}

type parser struct {
	data    []byte
	dec     *json.Decoder
	isEvent func(table string) bool
}

// table reads the rows of one table, or the fields of one event.
func (p *parser) table(c Config, table string) error {
	if err := p.clean("", "table name", table); err != nil {
		return err
	}
	if table == "" || strings.Contains(table, "|") {
		return p.fail(table, "not the name of a table")
	}
	return p.object(table, func(key string) error {
		where := table + "|" + key
		if err := p.clean(table, "key", key); err != nil {
			return err
		}
		if key == "" {
			return p.fail(table, "a row has an empty key")
		}
		tok, err := p.token(where)
		if err != nil {
			return err
		}
		if tok != json.Delim('{') && p.isEvent(table) {
			row := maps.Clone(c[table][noKey])
			if row == nil {
				row = make(Row)
			}
			c.put(table, noKey, row)
			return p.value(row, table, key, tok)
		}
		row := make(Row)
		if err := p.members(where, tok, func(field string) error { return p.field(row, where, field) }); err != nil {
			return err
		}
		dropNull(row)
		c.put(table, key, row)
		return nil
	})
}

// noKey is the key of fields that stand right below a table's name. They are
// judged, and no row of CONFIG_DB.
const noKey = ""

// field reads one field of a row.
func (p *parser) field(row Row, where, field string) error {
	if err := p.clean(where, "field name", field); err != nil {
		return err
	}
	tok, err := p.token(where)
	if err != nil {
		return err
	}
	return p.value(row, where, field, tok)
}

// value reads one value that begins with tok, a scalar or a list of scalars.
func (p *parser) value(row Row, where, field string, tok json.Token) error {
	if tok != json.Delim('[') {
		s, err := p.scalar(where+" field "+field, tok)
		row[field] = s
		return err
	}
	var list []string
	for p.dec.More() {
		tok, err := p.token(where)
		if err != nil {
			return err
		}
		s, err := p.scalar(where+" field "+field, tok)
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	row[strings.TrimSuffix(field, "@")+"@"] = strings.Join(list, ",")
	_, err := p.token(where)
	return err
}

// scalar gives a value as CONFIG_DB stores it.
func (p *parser) scalar(where string, tok json.Token) (string, error) {
	switch v := tok.(type) {
	case string:
		return v, p.clean(where, "the value", strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(v))
	case json.Number:
		return v.String(), nil
	case bool:
		return fmt.Sprint(v), nil
	case nil:
		return "", p.fail(where, "null is not a value; leave the field out")
	}
	return "", p.fail(where, "want a string or a list of strings")
}

// clean refuses control characters: names and values end up on terminals, in
// logs and in names of devices. Text in values may have lines.
func (p *parser) clean(where, what, s string) error {
	if i := strings.IndexFunc(s, unicode.IsControl); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return p.fail(where, fmt.Sprintf("%s has the control character %q", what, r))
	}
	return nil
}

// object reads { name: value, ... } and refuses a name that comes twice.
func (p *parser) object(where string, member func(name string) error) error {
	tok, err := p.token(where)
	if err != nil {
		return err
	}
	return p.members(where, tok, member)
}

// members reads the rest of an object that begins with tok.
func (p *parser) members(where string, tok json.Token, member func(name string) error) error {
	if tok != json.Delim('{') {
		return p.fail(where, "want an object { ... }")
	}
	seen := make(map[string]struct{})
	for p.dec.More() {
		tok, err := p.token(where)
		if err != nil {
			return err
		}
		name, _ := tok.(string) // the decoder admits only strings here
		if _, dup := seen[name]; dup {
			return p.fail(where, fmt.Sprintf("%q comes twice", name))
		}
		seen[name] = struct{}{}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := p.token(where)
	return err
}

// token reads on and turns the decoder's errors into ours.
func (p *parser) token(where string) (json.Token, error) {
	tok, err := p.dec.Token()
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return tok, nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, p.failAt(int64(len(p.data)), where, "the file ends too early")
	case errors.As(err, &syntax):
		return nil, p.failAt(syntax.Offset, where, "not JSON: "+syntax.Error())
	}
	return nil, p.fail(where, err.Error())
}

func (p *parser) fail(where, problem string) error {
	return p.failAt(p.dec.InputOffset(), where, problem)
}

func (p *parser) failAt(offset int64, where, problem string) error {
	before := p.data[:min(int(offset), len(p.data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &SyntaxError{Line: line, Column: column, Where: where, Problem: problem}
}

// dropNull forgets the field that stands for "no fields".
func dropNull(row Row) {
	if row[nullField] == nullField {
		delete(row, nullField)
	}
}

// nullField is name and value of the only field of a row without fields.
const nullField = "NULL"
