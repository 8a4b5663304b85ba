package yang

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// expression is a part of a condition in the subset of XPath 1.0 that models
// use: names of fields, numbers, texts in single quotes, comparisons, + - * mod,
// and, or, and the functions not, count, string-length, contains and starts-with.
type expression struct {
	op   string // an operator, a function, "name", "number" or "text"
	text string
	args []*expression
}

// expressionToken is a name, a number, a text, an operator or a bracket. A
// minus is an operator only with a blank before it: names may hold one.
var expressionToken = regexp.MustCompile(`^\s*([A-Za-z_][\w.-]*|[0-9]+(?:\.[0-9]+)?|'[^']*'|<=|>=|!=|[-+*=<>(),])`)

type expressionParser struct {
	tokens []string
}

func parseExpression(text string) (*expression, error) {
	p := &expressionParser{}
	for rest := strings.TrimSpace(text); rest != ""; {
		m := expressionToken.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("expression %q: %q is not known", text, rest)
		}
		p.tokens = append(p.tokens, m[1])
		rest = strings.TrimSpace(rest[len(m[0]):])
	}
	e, err := p.binary(0)
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("%q is left over", p.tokens[0])
	}
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", text, err)
	}
	return e, nil
}

// precedence lists the operators, those that bind least first.
func precedence() [][]string {
	return [][]string{{"or"}, {"and"}, {"=", "!=", "<", "<=", ">", ">="}, {"+", "-"}, {"*", "mod"}}
}

// binary reads operators of a level and above.
func (p *expressionParser) binary(level int) (*expression, error) {
	levels := precedence()
	if level == len(levels) {
		return p.operand()
	}
	left, err := p.binary(level + 1)
	for err == nil && slices.Contains(levels[level], p.peek()) {
		op := p.next()
		var right *expression
		if right, err = p.binary(level + 1); err == nil {
			left = &expression{op: op, args: []*expression{left, right}}
		}
	}
	return left, err
}

func (p *expressionParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *expressionParser) next() string {
	t := p.peek()
	if t != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *expressionParser) operand() (*expression, error) {
	t := p.next()
	switch {
	case t == "":
		return nil, fmt.Errorf("ends too early")
	case t == "(":
		e, err := p.binary(0)
		if err == nil && p.next() != ")" {
			err = fmt.Errorf("a bracket is not closed")
		}
		return e, err
	case t[0] == '\'':
		return &expression{op: "text", text: strings.Trim(t, "'")}, nil
	case t[0] >= '0' && t[0] <= '9':
		return &expression{op: "number", text: t}, nil
	case strings.Contains("-+*=<>(),!", t[:1]):
		return nil, fmt.Errorf("%q is no operand", t)
	case p.peek() == "(":
		return p.call(t)
	}
	return &expression{op: "name", text: t}, nil
}

func (p *expressionParser) call(name string) (*expression, error) {
	wanted := map[string]int{"not": 1, "count": 1, "string-length": 1, "contains": 2, "starts-with": 2}
	e := &expression{op: name}
	p.next()
	for p.peek() != ")" {
		arg, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, arg)
		if p.peek() == "," {
			p.next()
		}
	}
	p.next()
	if n, ok := wanted[name]; !ok || n != len(e.args) {
		return nil, fmt.Errorf("no function %s of %d arguments", name, len(e.args))
	}
	return e, nil
}

// fields adds the names of fields to a list, each once.
func (e *expression) fields(list []string) []string {
	if e.op == "name" && !slices.Contains(list, e.text) {
		list = append(list, e.text)
	}
	for _, a := range e.args {
		list = a.fields(list)
	}
	return list
}
