package yang

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// holds evaluates an expression as a condition (XPath 1.0 section 3.4).
func (e *expression) holds(at place) bool {
	switch e.op {
	case "or":
		return e.args[0].holds(at) || e.args[1].holds(at)
	case "and":
		return e.args[0].holds(at) && e.args[1].holds(at)
	case "not":
		return !e.args[0].holds(at)
	case "=", "!=", "<", "<=", ">", ">=":
		return e.compare(at)
	case "contains", "starts-with":
		text, part := strings.Join(e.args[0].values(at), ","), strings.Join(e.args[1].values(at), ",")
		if e.op == "contains" {
			return strings.Contains(text, part)
		}
		return strings.HasPrefix(text, part)
	}
	return len(e.values(at)) > 0
}

// compare is true when some value of one side and some of the other are so: a
// field that is not there is equal to nothing, and different from nothing.
func (e *expression) compare(at place) bool {
	right := e.args[1].values(at)
	return slices.ContainsFunc(e.args[0].values(at), func(a string) bool {
		return slices.ContainsFunc(right, func(b string) bool { return related(a, e.op, b) })
	})
}

// related compares as numbers what are numbers. What is none is in no order.
func related(a, op, b string) bool {
	x, ok1 := number(a, true)
	y, ok2 := number(b, true)
	numbers := ok1 && ok2
	switch {
	case op == "=" && numbers:
		return x.Cmp(y) == 0
	case op == "=":
		return a == b
	case op == "!=":
		return !related(a, "=", b)
	case !numbers:
		return false
	case op == "<":
		return x.Cmp(y) < 0
	case op == "<=":
		return x.Cmp(y) <= 0
	case op == ">":
		return x.Cmp(y) > 0
	}
	return x.Cmp(y) >= 0
}

// values gives what an expression stands for: a text, a number, or what a field
// holds. Arithmetic with what is no number gives nothing.
func (e *expression) values(at place) []string {
	switch e.op {
	case "text", "number":
		return []string{e.text}
	case "name":
		return at.values(e.text)
	case "count":
		return []string{strconv.Itoa(len(e.args[0].values(at)))}
	case "string-length":
		return []string{strconv.Itoa(utf8.RuneCountInString(strings.Join(e.args[0].values(at), ",")))}
	case "+", "-", "*", "mod":
		return e.arithmetic(at)
	}
	return nil
}

func (e *expression) arithmetic(at place) []string {
	a, b := e.args[0].values(at), e.args[1].values(at)
	if len(a) != 1 || len(b) != 1 {
		return nil
	}
	x, ok1 := number(a[0], true)
	y, ok2 := number(b[0], true)
	if !ok1 || !ok2 {
		return nil
	}
	out := new(big.Rat)
	switch e.op {
	case "+":
		out.Add(x, y)
	case "-":
		out.Sub(x, y)
	case "*":
		out.Mul(x, y)
	case "mod":
		if !x.IsInt() || !y.IsInt() || y.Sign() == 0 {
			return nil
		}
		out.SetInt(new(big.Int).Rem(x.Num(), y.Num()))
	}
	if out.IsInt() {
		return []string{out.Num().String()}
	}
	return []string{out.FloatString(18)}
}
