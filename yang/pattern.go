package yang

import (
	"regexp"
	"strings"
)

// match says whether the whole text fits the pattern.
func (p *pattern) match(s string) bool {
	if p.compile() != nil {
		return true // a test compiles every pattern of the schema
	}
	return p.compiled.MatchString(s)
}

func (p *pattern) compile() (err error) {
	if p.compiled == nil {
		p.compiled, err = regexp.Compile(`^(?:` + translate(p.source) + `)$`)
	}
	return err
}

// translate writes an XML Schema pattern for Go's regexp (W3C XML Schema
// Part 2, appendix F): ^ and $ are plain characters there, and \d, \w and
// their opposites mean all of Unicode.
func translate(source string) string {
	var b strings.Builder
	inClass := 0
	for i := 0; i < len(source); i++ {
		c := source[i]
		switch {
		case c == '\\' && i+1 < len(source):
			i++
			b.WriteString(escape(source[i], inClass > 0))
		case c == '[':
			inClass++
			b.WriteByte(c)
		case c == ']' && inClass > 0:
			inClass--
			b.WriteByte(c)
		case c == '$', c == '^' && !(inClass > 0 && source[i-1] == '['):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escape writes one escape; within a class, \w must come as its parts.
func escape(c byte, inClass bool) string {
	switch {
	case c == 'd':
		return `\p{Nd}`
	case c == 'w' && inClass:
		return `\p{L}\p{M}\p{N}\p{S}`
	case c == 'w': // all but punctuation, separators and others
		return `[\p{L}\p{M}\p{N}\p{S}]`
	case c == '_' || c == '/' || c == ':' || c == '@' || c == '"' || c == '\'' || c == ' ' || c == '%' || c == ',' || c == '<' || c == '>' || c == '=' || c == '!' || c == '#' || c == ';' || c == '&' || c == '~' || c == '`':
		return string(c) // no need to escape, and Go's syntax does not know it
	}
	return `\` + string(c)
}
