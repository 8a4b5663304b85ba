package command

import (
	"bytes"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"up"}, "accepts 1 arg(s)"},
		{[]string{"up", "nowhere.yaml"}, "read topology: open nowhere.yaml"},
		{[]string{"wait", "no-such-lab"}, "lab no-such-lab is not up"},
		{[]string{"status", "no-such-lab"}, "lab no-such-lab is not up"},
		{[]string{"exec", "no-such-lab", "h1"}, "lab no-such-lab is not up"},
		{[]string{"logs", "no-such-lab", "sw1", "syncd"}, "lab no-such-lab is not up"},
		{[]string{"restart", "nowhere.yaml", "sw1", "syncd"}, "no lab and no file nowhere.yaml"},
		{[]string{"supervise", "/no/such/directory"}, "read supervisor spec"},
		{[]string{"dance"}, `unknown command "dance"`},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			var out bytes.Buffer
			root := New(Streams{Out: &out, Err: &out}, t.TempDir())
			root.SetArgs(c.args)
			err := root.ExecuteContext(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestDownTwice takes away what is not there, which is no error.
func TestDownTwice(t *testing.T) {
	var out bytes.Buffer
	root := New(Streams{Out: &out, Err: &out}, t.TempDir())
	root.SetArgs([]string{"down", "no-such-lab"})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.String() != "lab no-such-lab is not up\n" {
		t.Errorf("printed %q", out.String())
	}
}
