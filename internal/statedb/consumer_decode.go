package statedb

import "strings"

// decode reads the reply of popScript. Keys are copied; names and short values that repeat are shared, so that a row that is kept does
// not keep the whole reply in memory.
func (c *Consumer) decode(reply string) (ops []KeyOp, n int, err error) {
	p := packed{reply}
	n, err = p.array()
	if err != nil {
		return nil, 0, err
	}
	n /= 2
	ops = make([]KeyOp, 0, n)
	for range n {
		key, err := p.str()
		if err != nil {
			return nil, 0, err
		}
		op := KeyOp{Op: OpDel, Key: strings.Clone(key)}
		switch p.kind() {
		case kindSmall:
			_, err = p.number(1)
		case kindArray:
			op.Op = OpSet
			op.Fields, err = c.decodeRow(&p)
		default:
			var why string
			if why, err = p.str(); err == nil {
				c.log.Error("skip unreadable row", "key", op.Key, "err", why)
				continue
			}
		}
		if err != nil {
			return nil, 0, err
		}
		ops = append(ops, op)
	}
	return ops, n, nil
}

func (c *Consumer) decodeRow(p *packed) ([]Field, error) {
	n, err := p.array()
	if err != nil {
		return nil, err
	}
	fields := make([]Field, 0, n/2)
	for range n / 2 {
		name, err := p.str()
		if err != nil {
			return nil, err
		}
		value, err := p.str()
		if err != nil {
			return nil, err
		}
		f := Field{c.names.share(name), c.names.share(value)}
		if !isNull(f) {
			fields = append(fields, f)
		}
	}
	return fields, nil
}

// interner keeps one copy of texts that come again and again: field names, interface names, next hops.
type interner map[string]string

const (
	internEntries = 8192
	internLength  = 48
)

func (in interner) share(s string) string {
	if known, ok := in[s]; ok {
		return known
	}
	s = strings.Clone(s)
	if len(s) <= internLength && len(in) < internEntries {
		in[s] = s
	}
	return s
}
