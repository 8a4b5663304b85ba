package statedb

import "errors"

// The script of the consumer gives its rows as one MessagePack string (cmsgpack is part of every Redis): a batch of thousands of rows is
// then one reply, where an array would cost an allocation for every field. Only the forms that cmsgpack makes of Lua strings, small
// integers and arrays are understood.

var errPacked = errors.New("script reply is damaged")

// packed reads a MessagePack string front to back.
type packed struct{ rest string }

// take cuts n bytes off.
func (p *packed) take(n int) (string, error) {
	if n < 0 || n > len(p.rest) {
		return "", errPacked
	}
	s := p.rest[:n]
	p.rest = p.rest[n:]
	return s, nil
}

func (p *packed) number(bytes int) (int, error) {
	s, err := p.take(bytes)
	n := 0
	for i := range len(s) {
		n = n<<8 | int(s[i])
	}
	return n, err
}

// array reads the head of an array; its elements follow, each at least a byte long.
func (p *packed) array() (int, error) {
	head, err := p.number(1)
	if err != nil {
		return 0, err
	}
	n := 0
	switch {
	case head&0xf0 == 0x90, head == 0x80: // cmsgpack may write an empty table as a map
		n = head & 0x0f
	case head == 0xdc:
		n, err = p.number(2)
	case head == 0xdd:
		n, err = p.number(4)
	default:
		return 0, errPacked
	}
	if err == nil && n > len(p.rest) {
		err = errPacked
	}
	return n, err
}

func (p *packed) str() (string, error) {
	head, err := p.number(1)
	if err != nil {
		return "", err
	}
	n := 0
	switch {
	case head&0xe0 == 0xa0:
		n = head & 0x1f
	case head == 0xd9:
		n, err = p.number(1)
	case head == 0xda:
		n, err = p.number(2)
	case head == 0xdb:
		n, err = p.number(4)
	default:
		return "", errPacked
	}
	if err != nil {
		return "", err
	}
	return p.take(n)
}

// kind looks at what comes next without reading it.
func (p *packed) kind() byte {
	if p.rest == "" {
		return kindEnd
	}
	switch head := p.rest[0]; {
	case head&0xf0 == 0x90, head == 0xdc, head == 0xdd:
		return kindArray
	case head&0xe0 == 0xa0, head == 0xd9, head == 0xda, head == 0xdb:
		return kindString
	case head < 0x80:
		return kindSmall
	}
	return kindOther
}

const (
	kindEnd byte = iota
	kindArray
	kindString
	kindSmall
	kindOther
)
