package tacacs

import (
	"context"
	"crypto/md5" //nolint:gosec // CHAP's own
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// longestPart is what a length of one byte holds.
const longestPart = 255

// Attempt is one user's attempt to log in.
type Attempt struct {
	User, Password string
	Terminal       string // where
	From           string // from which host
}

func (a Attempt) check() error {
	for name, v := range map[string]string{"user": a.User, "password": a.Password, "terminal": a.Terminal, "host": a.From} {
		if len(v) > longestPart {
			return fmt.Errorf("%s longer than %d bytes", name, longestPart)
		}
	}
	if a.User == "" || a.Password == "" {
		return errors.New("no user or no password")
	}
	return nil
}

// Ask asks one server. An error says that the server could not be asked, or said nothing that can be understood.
func Ask(ctx context.Context, s Server, a Attempt) (accepted bool, err error) {
	if err := a.check(); err != nil {
		return false, err
	}
	err = converse(ctx, s, func(conn net.Conn) error {
		accepted, err = talk(conn, s, a)
		return err
	})
	return accepted, err
}

// converse has somebody talk to a server, within the time that the server is given.
func converse(ctx context.Context, s Server, talk func(net.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	conn, err := dial(ctx, s)
	if err != nil {
		return fmt.Errorf("ask %s: %w", s.Address, err)
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return fmt.Errorf("ask %s: %w", s.Address, err)
		}
	}
	if err := talk(conn); err != nil {
		return fmt.Errorf("ask %s: %w", s.Address, err)
	}
	return nil
}

// dial connects, from the address and in the VRF that are configured.
func dial(ctx context.Context, s Server) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1 * time.Second}
	if s.Source.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.Source, 0))
	}
	if s.VRF != "" {
		d.Control = func(_, _ string, c syscall.RawConn) error {
			var bound error
			err := c.Control(func(fd uintptr) { bound = unix.SetsockoptString(int(fd), unix.SOL_SOCKET, unix.SO_BINDTODEVICE, s.VRF) })
			return errors.Join(err, bound)
		}
	}
	return d.DialContext(ctx, "tcp", s.Address)
}

// talk goes through one session.
func talk(conn net.Conn, s Server, a Attempt) (bool, error) {
	version, body, err := opening(s.Kind, a)
	if err != nil {
		return false, err
	}
	h, err := opened(version, typeAuthen)
	if err != nil {
		return false, err
	}
	// A server may ask for the name and the password once each; one that asks on is not followed.
	for range 3 {
		answer, err := exchange(conn, h, s.Key, body)
		if err != nil {
			return false, err
		}
		r, err := parseReply(answer)
		if err != nil {
			return false, err
		}
		switch r.status {
		case statusPass:
			return true, nil
		case statusFail:
			return false, nil
		case statusGetUser:
			body = proceed(a.User)
		case statusGetPass, statusGetData:
			body = proceed(a.Password)
		default:
			return false, fmt.Errorf("status %d: %q", r.status, r.text)
		}
		if s.Kind != KindLogin {
			return false, errors.New("asks for more than this kind of login has")
		}
		h.seq += 2
	}
	return false, errors.New("asks and asks")
}

// exchange sends a packet and takes the body of the reply.
func exchange(conn net.Conn, h header, key string, body []byte) ([]byte, error) {
	if _, err := conn.Write(encode(h, key, body)); err != nil {
		return nil, err
	}
	return read(conn, h, key)
}

// opening makes the first packet's body, in the version that its kind needs.
func opening(kind Kind, a Attempt) (version byte, body []byte, err error) {
	switch kind {
	case KindLogin:
		return majorVersion | minorASCII, start(authenASCII, a, nil), nil
	case KindPAP:
		return majorVersion | minorOne, start(authenPAP, a, []byte(a.Password)), nil
	case KindCHAP:
		data, err := chap(a.Password)
		return majorVersion | minorOne, start(authenCHAP, a, data), err
	}
	return 0, nil, fmt.Errorf("kind of login %q", kind)
}

// chap makes a challenge and its response (RFC 8907 section 5.4.2.3, RFC 1994 section 4.1).
func chap(password string) ([]byte, error) {
	data := make([]byte, 1+16)
	if _, err := rand.Read(data); err != nil {
		return nil, err
	}
	hashed := append(append([]byte{data[0]}, password...), data[1:]...)
	sum := md5.Sum(hashed) //nolint:gosec // CHAP's own
	return append(data, sum[:]...), nil
}
