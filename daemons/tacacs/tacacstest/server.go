package tacacstest

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the protocol's own
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// Server lets some users in.
type Server struct {
	Key   string
	Users map[string]string // passwords
	// Answer, if any, makes the body of each reply instead.
	Answer func(request []byte) []byte
	// Allow, if any, says what a user may do, and which arguments he is given.
	Allow func(user string, arguments []string) (allowed bool, given []string)

	mu    sync.Mutex
	seen  []string // "kind user from terminal"
	tasks []string // "author|start|stop user from terminal arguments"
}

// Start serves on an address until the test ends, and gives the port.
func (s *Server) Start(t testing.TB, address string) int {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().(*net.TCPAddr).Port
}

// Seen lists who wanted to log in.
func (s *Server) Seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.seen...)
}

// Tasks lists what was asked for and accounted.
func (s *Server) Tasks() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.tasks...)
}

func (s *Server) serve(conn net.Conn) {
	defer conn.Close()
	user := ""
	for {
		head := make([]byte, 12)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[8:])&0xffff)
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		s.hide(head, body)
		answer := s.answer(head, body, &user)
		head[2]++
		binary.BigEndian.PutUint32(head[8:], uint32(len(answer)))
		s.hide(head, answer)
		if _, err := conn.Write(append(head, answer...)); err != nil {
			return
		}
	}
}

// hide does and undoes the obfuscation: MD5 of session, key, version and number, each next one with the one before.
func (s *Server) hide(head, body []byte) {
	begin := bytes.Join([][]byte{head[4:8], []byte(s.Key), {head[0], head[2]}}, nil)
	var stream []byte
	for len(stream) < len(body) {
		block := begin
		if n := len(stream); n > 0 {
			block = bytes.Join([][]byte{begin, stream[n-16:]}, nil)
		}
		sum := md5.Sum(block) //nolint:gosec // the protocol's own
		stream = append(stream, sum[:]...)
	}
	for i := range body {
		body[i] ^= stream[i]
	}
}

const pass, fail, getPass, broken = 1, 2, 5, 7

func status(code byte) []byte { return []byte{code, 0, 0, 0, 0, 0} }

func (s *Server) answer(head, body []byte, user *string) []byte {
	if s.Answer != nil {
		return s.Answer(body)
	}
	switch {
	case head[1] == 2 && head[0] == 0xc0:
		return s.author(body)
	case head[1] == 3 && head[0] == 0xc0 && len(body) > 0:
		return s.account(body)
	case head[1] != 1:
		return status(broken)
	}
	if head[2] > 1 { // an answer to the question for a password
		n := int(binary.BigEndian.Uint16(body))
		if 5+n > len(body) {
			return status(broken)
		}
		return s.verdict(*user, string(body[5:5+n]))
	}
	if len(body) < 8 {
		return status(broken)
	}
	kind, u, p, f := body[2], int(body[4]), int(body[5]), int(body[6])
	text := body[8:]
	minor := map[byte]byte{1: 0, 2: 1, 3: 1}[kind] // of the version, which each kind has
	if u+p+f+int(body[7]) != len(text) || head[0] != 0xc0|minor {
		return status(broken) // with another key than ours it is noise
	}
	*user = string(text[:u])
	terminal, from, data := string(text[u:u+p]), string(text[u+p:u+p+f]), text[u+p+f:]
	s.mu.Lock()
	s.seen = append(s.seen, map[byte]string{1: "login", 2: "pap", 3: "chap"}[kind]+" "+*user+" "+from+" "+terminal)
	s.mu.Unlock()
	switch {
	case kind == 1:
		return status(getPass)
	case kind == 2:
		return s.verdict(*user, string(data))
	case len(data) > 17:
		challenge, response := data[1:len(data)-16], data[len(data)-16:]
		sum := md5.Sum(bytes.Join([][]byte{data[:1], []byte(s.Users[*user]), challenge}, nil)) //nolint:gosec // CHAP's own
		if _, ok := s.Users[*user]; ok && bytes.Equal(sum[:], response) {
			return status(pass)
		}
	}
	return status(fail)
}

func (s *Server) verdict(user, password string) []byte {
	if want, ok := s.Users[user]; ok && want == password {
		return status(pass)
	}
	return status(fail)
}
