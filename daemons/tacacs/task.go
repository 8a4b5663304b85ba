package tacacs

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// Values of authorization and accounting (RFC 8907 sections 6 and 7).
const (
	methodTACACS    = 6
	authorPassAdd   = 0x01
	authorPassRepl  = 0x02
	authorFail      = 0x10
	acctStart       = 0x02
	acctStop        = 0x04
	acctSuccess     = 0x01
	mostArguments   = 255
	longestArgument = 255
)

// Task is something that a user does on the switch: a session, or a command in one.
type Task struct {
	User           string
	Terminal, From string   // as of an Attempt
	Arguments      []string // "service=shell", "cmd=show", ...: names and values of section 8
}

// Grant is what a server says of a task.
type Grant struct {
	Allowed   bool
	Arguments []string // that the server adds, or that it has instead of those asked for
	Text      string   // for the user
}

// Value gives the value of an argument that the server sent, mandatory ("=") or optional ("*").
func (g Grant) Value(name string) string {
	for _, a := range g.Arguments {
		if i := strings.IndexAny(a, "=*"); i >= 0 && a[:i] == name {
			return a[i+1:]
		}
	}
	return ""
}

// Authorize asks one server whether a user may do a task. An error says that the server could not be asked.
func Authorize(ctx context.Context, s Server, t Task) (Grant, error) {
	body, err := t.encode()
	if err != nil {
		return Grant{}, err
	}
	var g Grant
	err = converse(ctx, s, func(conn net.Conn) error {
		h, err := opened(majorVersion, typeAuthor)
		if err != nil {
			return err
		}
		answer, err := exchange(conn, h, s.Key, body)
		if err != nil {
			return err
		}
		g, err = parseGrant(answer, t.Arguments)
		return err
	})
	return g, err
}

// Event is what accounting is told of a task.
type Event byte

// The events.
const (
	Started Event = acctStart
	Stopped Event = acctStop
)

// Account tells one server of a task. An error says that the server has not taken it.
func Account(ctx context.Context, s Server, e Event, t Task) error {
	body, err := t.encode()
	if err != nil {
		return err
	}
	return converse(ctx, s, func(conn net.Conn) error {
		h, err := opened(majorVersion, typeAcct)
		if err != nil {
			return err
		}
		answer, err := exchange(conn, h, s.Key, append([]byte{byte(e)}, body...))
		if err != nil {
			return err
		}
		return parseTaken(answer)
	})
}

// ErrTooLong says that a task has more than the protocol carries.
var ErrTooLong = errors.New("TACACS+ cannot carry it")

// encode makes the body of a request of authorization (section 6.1). One of accounting has a flag before it (section 7.1).
func (t Task) encode() ([]byte, error) {
	if t.User == "" || len(t.User) > longestPart || len(t.Terminal) > longestPart || len(t.From) > longestPart {
		return nil, fmt.Errorf("%w: no user, or user, terminal or host longer than %d bytes", ErrTooLong, longestPart)
	}
	if len(t.Arguments) > mostArguments {
		return nil, fmt.Errorf("%w: %d arguments, not more than %d", ErrTooLong, len(t.Arguments), mostArguments)
	}
	b := []byte{methodTACACS, privUser, authenASCII, serviceLogin, byte(len(t.User)), byte(len(t.Terminal)), byte(len(t.From)), byte(len(t.Arguments))}
	for _, a := range t.Arguments {
		if len(a) > longestArgument {
			return nil, fmt.Errorf("%w: an argument of %d bytes, not more than %d", ErrTooLong, len(a), longestArgument)
		}
		b = append(b, byte(len(a)))
	}
	b = append(append(append(b, t.User...), t.Terminal...), t.From...)
	for _, a := range t.Arguments {
		b = append(b, a...)
	}
	return b, nil
}

// parseGrant reads the reply of authorization (section 6.2). A server may have other arguments used instead of those asked for: that is no
// leave for another command, since none but the one that was typed is run.
func parseGrant(body []byte, asked []string) (Grant, error) {
	const fixed = 6
	if len(body) < fixed {
		return Grant{}, errors.New("reply too short, or the key is wrong")
	}
	count, text, data := int(body[1]), int(binary.BigEndian.Uint16(body[2:])), int(binary.BigEndian.Uint16(body[4:]))
	total := fixed + count + text + data
	if len(body) < fixed+count {
		return Grant{}, errors.New("lengths in the reply do not fit: the key is wrong")
	}
	lengths := body[fixed : fixed+count]
	for _, n := range lengths {
		total += int(n)
	}
	if total != len(body) {
		return Grant{}, errors.New("lengths in the reply do not fit: the key is wrong")
	}
	g := Grant{Text: string(body[fixed+count : fixed+count+text])}
	rest := body[fixed+count+text+data:]
	for _, n := range lengths {
		g.Arguments = append(g.Arguments, string(rest[:n]))
		rest = rest[n:]
	}
	switch body[0] {
	case authorPassAdd:
		g.Allowed = true
	case authorPassRepl:
		g.Allowed = slices.Equal(commandOf(g.Arguments), commandOf(asked))
	case authorFail:
	default:
		return Grant{}, fmt.Errorf("status %d: %q", body[0], g.Text)
	}
	return g, nil
}

// commandOf gives the arguments that say which command it is; a session has none.
func commandOf(arguments []string) []string {
	var out []string
	for _, a := range arguments {
		if strings.HasPrefix(a, "cmd=") && a != "cmd=" || strings.HasPrefix(a, "cmd-arg=") {
			out = append(out, a)
		}
	}
	return out
}

// parseTaken reads the reply of accounting (section 7.2).
func parseTaken(body []byte) error {
	const fixed = 5
	if len(body) < fixed {
		return errors.New("reply too short, or the key is wrong")
	}
	text, data := int(binary.BigEndian.Uint16(body)), int(binary.BigEndian.Uint16(body[2:]))
	if fixed+text+data != len(body) {
		return errors.New("lengths in the reply do not fit: the key is wrong")
	}
	if body[4] != acctSuccess {
		return fmt.Errorf("status %d: %q", body[4], body[fixed:fixed+text])
	}
	return nil
}
