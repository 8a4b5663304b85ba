package pager

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// lines gives numbered lines.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func TestShortOutputPassesUntouched(t *testing.T) {
	var out bytes.Buffer
	p := newPager(&out, 24, []string{"false"}, nil)
	fmt.Fprint(p, lines(10))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if out.String() != lines(10) {
		t.Errorf("got %q", out.String())
	}
}

func TestLongOutputGoesThroughTheProgram(t *testing.T) {
	var out bytes.Buffer
	p := newPager(&out, 24, []string{"tr", "a-z", "A-Z"}, os.Environ())
	for line := range strings.Lines(lines(1000)) {
		fmt.Fprint(p, line)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if out.String() != strings.ToUpper(lines(1000)) {
		t.Errorf("%d bytes came through", out.Len())
	}
}

func TestProgramThatIsLeftEarly(t *testing.T) {
	var out bytes.Buffer
	p := newPager(&out, 2, []string{"head", "-n1"}, os.Environ())
	for range 100 {
		if _, err := fmt.Fprint(p, lines(1000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if out.String() != "line 0\n" {
		t.Errorf("got %q", out.String())
	}
}

func TestProgramThatIsNotThere(t *testing.T) {
	var out bytes.Buffer
	p := newPager(&out, 2, []string{"/no/such/pager"}, nil)
	fmt.Fprint(p, lines(5))
	fmt.Fprint(p, "more\n")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if want := lines(5) + "more\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestProgramIsTheOperatorsChoice(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "[less]"},
		{map[string]string{"PAGER": "most -s"}, "[most -s]"},
		{map[string]string{"PAGER": "most", "HEDDLE_PAGER": ""}, "[]"},
		{map[string]string{"PAGER": "cat"}, "[]"},
	} {
		got := program(func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok })
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%v: %s, want %s", tt.env, got, tt.want)
		}
	}
}
