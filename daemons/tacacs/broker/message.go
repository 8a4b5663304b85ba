package broker

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/heddle-nos/heddle/daemons/tacacs"
)

// Name is that of the socket.
const Name = "aaa"

// longestMessage bounds a message on the socket, which is one packet.
const longestMessage = 1 << 16

// Command is one that somebody runs.
type Command struct {
	User  string   `json:"user"`
	UID   int      `json:"uid"`
	Place string   `json:"place,omitempty"` // the host or the terminal that he sits at
	Words []string `json:"words"`           // the program first; no secrets
}

// Run is what became of a command.
type Run struct {
	Session bool      `json:"session,omitempty"` // a whole session; its words are none
	Open    bool      `json:"open,omitempty"`    // it has only begun
	ID      int       `json:"id"`                // tells one from others of its time
	Began   time.Time `json:"began"`             // the zero time where nobody knows any more
	Ended   time.Time `json:"ended"`
	Code    int       `json:"code"` // it ended with
}

// message is what a program sends. Without a Run it asks, and gets an answer.
type message struct {
	Command
	Run *Run `json:"run,omitempty"`
}

// Verdict is what the servers say of a command.
type Verdict string

// The verdicts.
const (
	Allowed     Verdict = "allowed"
	Denied      Verdict = "denied"
	Unreachable Verdict = "unreachable" // none answered
)

// Answer is a verdict, and why.
type Answer struct {
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text,omitempty"`
}

// task is a command in the words of the protocol (RFC 8907 section 8.2).
func (c Command) task() tacacs.Task {
	t := tacacs.Task{User: c.User, Terminal: c.Place, Arguments: []string{"service=shell"}}
	if a, err := netip.ParseAddr(c.Place); err == nil {
		t.Terminal, t.From = "ssh", a.String()
	}
	for i, w := range c.Words {
		name := "cmd-arg="
		if i == 0 {
			name = "cmd="
		}
		t.Arguments = append(t.Arguments, name+w)
	}
	return t
}

// record is a run in the words of the protocol (section 8.3), cut to what it carries: the end of a long command is worth less than the record.
func (m message) record() (tacacs.Event, tacacs.Task) {
	r := *m.Run
	t := m.task()
	about := []string{"task_id=" + strconv.Itoa(r.ID)}
	if !r.Began.IsZero() {
		about = append(about, "start_time="+strconv.FormatInt(r.Began.Unix(), 10))
	}
	event := tacacs.Stopped
	if r.Open {
		event = tacacs.Started
	} else {
		about = append(about, "stop_time="+strconv.FormatInt(r.Ended.Unix(), 10))
	}
	if !r.Session {
		about = append(about, fmt.Sprintf("elapsed_time=%d", int(r.Ended.Sub(r.Began).Seconds())), "exit_status="+strconv.Itoa(r.Code))
	}
	t.Arguments = append(about, t.Arguments...)
	t.Arguments = t.Arguments[:min(len(t.Arguments), 255)]
	for i, a := range t.Arguments {
		t.Arguments[i] = a[:min(len(a), 255)]
	}
	return event, t
}
