package author_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/author"
)

const missing = 4_000_000 // no user has it

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestDetect(t *testing.T) {
	none := map[string]string{}
	for _, tt := range []struct {
		name string
		uid  int
		env  map[string]string
		proc fstest.MapFS
		want commit.Author
	}{
		{"root at the serial console", 0, none,
			fstest.MapFS{"self/stat": file("9 (config) S 8 9 8 1088 9"), "8/stat": file("8 (bash) S 1 8 8 1088 8")},
			commit.Author{User: "root", From: "ttyS0"}},
		{"nobody logged in", 0, none, fstest.MapFS{"self/loginuid": file("4294967295"), "self/stat": file("9 (x) S 1 9 9 0 -1")},
			commit.Author{User: "root"}},
		{"sudo tells", 0, map[string]string{"SUDO_UID": "4000000", "SUDO_USER": "x"}, fstest.MapFS{},
			commit.Author{User: "uid 4000000", UID: missing, As: "root"}},
		{"the kernel knows better", 0, map[string]string{"SUDO_UID": "7"}, fstest.MapFS{"self/loginuid": file("4000000\n")},
			commit.Author{User: "uid 4000000", UID: missing, As: "root"}},
		{"ssh", 0, map[string]string{"SSH_CONNECTION": "2001:db8::7 50000 2001:db8::1 22"}, fstest.MapFS{},
			commit.Author{User: "root", From: "2001:db8::7"}},
		{"ssh above sudo", 0, none, fstest.MapFS{
			"self/stat": file("9 (a) b) c) S 8 9 8 34817 9"), "8/stat": file("8 (sudo) S 7 8 8 34817 8"), "7/stat": file("7 (bash) S 1 7 7 34817 8"),
			"self/environ": file("A=1\x00"), "7/environ": file("A=1\x00SSH_CONNECTION=192.0.2.7 1 192.0.2.1 22\x00B=2")},
			commit.Author{User: "root", From: "192.0.2.7"}},
		{"a local terminal", 0, none, fstest.MapFS{"self/stat": file("9 (x) S 8 9 9 34819 9")}, commit.Author{User: "root", From: "pts/3"}},
		{"garbage", 0, map[string]string{"SUDO_UID": "x", "SSH_CONNECTION": " "}, fstest.MapFS{"self/stat": file("x"), "self/loginuid": file("y")},
			commit.Author{User: "root"}},
		{"a ring of parents ends", 0, none, fstest.MapFS{"self/stat": file("9 (x) S 8 9 9 0 9"), "8/stat": file("8 (x) S 8 9 9 0 9")},
			commit.Author{User: "root"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Program, tt.want.Command = "config", "config save"
			got := author.Detect(author.Process{Program: "config", Command: "config save", UID: tt.uid,
				Getenv: func(k string) string { return tt.env[k] }, Proc: tt.proc})
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// The real /proc can be read.
func TestDetectHere(t *testing.T) {
	a := author.Detect(author.Process{UID: os.Getuid(), Getenv: os.Getenv, Proc: os.DirFS("/proc")})
	if a.User == "" {
		t.Errorf("got %+v", a)
	}
}
