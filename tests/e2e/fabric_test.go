package e2e_test

import (
	"bytes"
	"context"
	"regexp"
	"strconv"
	"testing"

	"github.com/heddle-nos/heddle/daemons/lab/command"
)

const fabric = "../../docs/examples/fabric.yaml"

// TestFabric runs what `make run` runs: spines, leaves and a router of FRR find their routes by BGP, every pair of hosts answers, and when a
// spine goes the flows take the other.
func TestFabric(t *testing.T) {
	need(t)
	heddleLab := func(ctx context.Context, args ...string) (string, error) {
		var out bytes.Buffer
		root := command.New(command.Streams{Out: &out, Err: &out}, "../../bin")
		root.SetArgs(args)
		err := root.ExecuteContext(ctx)
		return out.String(), err
	}
	t.Cleanup(func() {
		if out, err := heddleLab(context.Background(), "down", fabric); err != nil {
			t.Errorf("down: %v\n%s", err, out)
		}
	})
	out, err := heddleLab(t.Context(), "demo", fabric)
	if err != nil {
		t.Fatalf("demo: %v\n%s", err, out)
	}
	for _, want := range []string{
		`\b144 of 144 pings answered`,
		`spine1 is pulled\n.* to spine1 +0 frames/s\n.* to spine2 +[1-9]\d* frames/s`,
		`leaf4# show ip bgp summary\n(.*\n)+?198\.51\.100\.1 .*wan`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	loss := regexp.MustCompile(`(\d+) of (\d+) echoes were lost`).FindStringSubmatch(out)
	if loss == nil {
		t.Fatalf("no loss is told:\n%s", out)
	}
	lost, _ := strconv.Atoi(loss[1])
	if sent, _ := strconv.Atoi(loss[2]); lost*10 > sent {
		t.Errorf("%d of %d echoes were lost\n%s", lost, sent, out)
	}
}
