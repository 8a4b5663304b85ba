package tacacstest

import "strings"

// task is what a request of authorization, or the rest of one of accounting, is about.
type task struct {
	user, port, from string
	arguments        []string
}

// parse reads it (RFC 8907 section 6.1), and gives false for what is none.
func parse(b []byte) (t task, ok bool) {
	if len(b) < 8 {
		return t, false
	}
	lengths := append([]byte{b[4], b[5], b[6]}, b[8:min(len(b), 8+int(b[7]))]...)
	rest := b[min(len(b), 8+int(b[7])):]
	var parts []string
	for _, n := range lengths {
		if int(n) > len(rest) {
			return t, false
		}
		parts = append(parts, string(rest[:n]))
		rest = rest[n:]
	}
	if len(rest) > 0 || len(parts) != 3+int(b[7]) {
		return t, false
	}
	return task{parts[0], parts[1], parts[2], parts[3:]}, true
}

func (s *Server) note(what string, t task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks = append(s.tasks, strings.Join(append([]string{what, t.user, t.from, t.port}, t.arguments...), " "))
}

// author answers a request of authorization: PASS_ADD or FAIL.
func (s *Server) author(body []byte) []byte {
	t, ok := parse(body)
	if !ok {
		return []byte{0x11, 0, 0, 0, 0, 0}
	}
	s.note("author", t)
	allowed, given := s.Allow == nil, []string(nil)
	if s.Allow != nil {
		allowed, given = s.Allow(t.user, t.arguments)
	}
	text := ""
	reply := []byte{0x01, byte(len(given)), 0, 0, 0, 0}
	if !allowed {
		text = "not for you"
		reply[0], reply[3] = 0x10, byte(len(text))
	}
	for _, g := range given {
		reply = append(reply, byte(len(g)))
	}
	return append(append(reply, text...), strings.Join(given, "")...)
}

// account answers a request of accounting.
func (s *Server) account(body []byte) []byte {
	t, ok := parse(body[1:])
	what, known := map[byte]string{2: "start", 4: "stop"}[body[0]]
	if !ok || !known {
		return []byte{0, 0, 0, 0, 2}
	}
	s.note(what, t)
	return []byte{0, 0, 0, 0, 1}
}
