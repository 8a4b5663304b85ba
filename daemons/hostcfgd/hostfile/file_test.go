package hostfile

import (
	"errors"
	"testing"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

func TestTextRefusesASecondLine(t *testing.T) {
	name := row.Name{Table: "NTP_SERVER", Key: "192.0.2.1"}
	x := New("#")
	x.From(name)
	x.Add("server %s", "192.0.2.1")
	x.Add("server %s", "192.0.2.1\nallow")
	x.Add("server %s", "192.0.2.1\rallow")
	x.Add("server %s", "192.0.2.1\x1b[2J")
	x.Always()
	x.Add("tab\tis fine")
	f := x.File("/etc/x", Public, nil)
	if want := "# " + Mark + "\nserver 192.0.2.1\ntab\tis fine\n"; f.Content() != want {
		t.Errorf("got %q", f.Content())
	}
	if p := x.Problems(); len(p) != 3 || p[0].Row != name {
		t.Errorf("got %v", p)
	}
}

func TestOrigin(t *testing.T) {
	a, b := row.Name{Table: "A", Key: "1"}, row.Name{Table: "B", Key: "2"}
	f := File{Lines: []Line{{}, {From: a}, {}, {From: b}}}
	for line, want := range map[int]row.Name{0: {}, 1: {}, 2: a, 3: a, 4: b, 99: b} {
		if got, ok := f.Origin(line); got != want || ok != (want != row.Name{}) {
			t.Errorf("line %d comes from %v, %v, want %v", line, got, ok, want)
		}
	}
}

// TestRefusal reads what the checkers of Debian 12 say.
func TestRefusal(t *testing.T) {
	for _, c := range []struct {
		output, text string
		line         int
	}{
		{"/t/f line 2: Bad SSH2 cipher spec 'foo'.\r\n", "the file line 2: Bad SSH2 cipher spec 'foo'.", 2},
		{"2026-11-30T15:57:56Z Fatal error : Invalid directive at line 12 in file /t/f\n", "2026-11-30T15:57:56Z Fatal error : Invalid directive at line 12 in file the file", 12},
		{"rsyslogd: version 8.2302.0, config validation run (level 1), master config /t/f\nrsyslogd: error during parsing file /t/f, on or before line 10: cannot compile regex", "rsyslogd: error during parsing file the file, on or before line 10: cannot compile regex", 10},
		{"/t/f: line 3: Error: bad security name\n", "the file: line 3: Error: bad security name", 3},
		{"starting\nsshd: no hostkeys available -- exiting: error\nmore\n", "sshd: no hostkeys available -- exiting: error", 0},
		{"what\nis it\n", "what", 0},
		{"\n", "without a word", 0},
	} {
		var at *LineError
		if err := Refusal(c.output, "/t/f"); !errors.As(err, &at) || at.Line != c.line || at.Text != c.text {
			t.Errorf("%q: got %q line %d", c.output, at.Text, at.Line)
		}
	}
}
