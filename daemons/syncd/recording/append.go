package recording

import (
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/sai"
)

// stamp is the layout of the time in front of a line.
const stamp = "2006-01-02.15:04:05.000000"

// AppendRequest appends the line of a request.
func AppendRequest(dst []byte, at time.Time, r sairedis.Request) []byte {
	f := formOf(r.Op)
	dst = begin(dst, at, f.letter)
	if f.named() {
		dst = part(dst, f.name)
	}
	dst = part(dst, r.Key)
	return append(fields(dst, f.bulk, r.Values), '\n')
}

// AppendAnswer appends the line of the answer to r, if it has one: the success
// of a change goes without saying.
func AppendAnswer(dst []byte, at time.Time, r sairedis.Request, a sairedis.Response) []byte {
	f := formOf(r.Op)
	if f.answer == LetterRefused && a.Status == sai.StatusSuccess {
		return dst
	}
	dst = begin(dst, at, f.answer)
	if f.named() && f.answer != LetterRefused {
		dst = part(dst, f.name)
	}
	dst = part(dst, a.Status.String())
	if f.op == sairedis.OpBulkGet {
		dst = append(dst, '|') // sairedis recordings have three bars here
	}
	return append(fields(dst, f.bulk, a.Fields), '\n')
}

// AppendNotification appends the line of a notification.
func AppendNotification(dst []byte, at time.Time, op, data string) []byte {
	dst = begin(dst, at, LetterNotification)
	return append(part(part(dst, op), data), '\n')
}

func begin(dst []byte, at time.Time, letter byte) []byte {
	return append(append(at.UTC().AppendFormat(dst, stamp), '|'), letter)
}

// fields appends alternating names and values: "|name=value", or for bulk
// operations "||object|attributes", where the value is a list of such already.
func fields(dst []byte, bulk bool, fv []string) []byte {
	for i := 0; i+1 < len(fv); i += 2 {
		if !bulk {
			dst = value(append(part(dst, fv[i]), '='), fv[i+1], false)
			continue
		}
		dst = append(dst, '|')
		dst = part(dst, fv[i])
		if fv[i+1] != "" {
			dst = value(append(dst, '|'), fv[i+1], true)
		}
	}
	return dst
}

func part(dst []byte, s string) []byte { return value(append(dst, '|'), s, false) }

// value appends s with what would end the part or the line in hexadecimal, as
// SAI texts write characters that are neither letters nor digits.
func value(dst []byte, s string, joined bool) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '|' && !joined:
			dst = append(dst, `\x7C`...)
		case c == '\n':
			dst = append(dst, `\x0A`...)
		case c == '\r':
			dst = append(dst, `\x0D`...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
