package machine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	stream := strings.Join([]string{
		"", "@@begin a/b", "=== RUN   TestOne", "=== RUN   TestOne/sub", "    said", "--- PASS: TestOne (1.50s)", "    --- PASS: TestOne/sub (0.00s)",
		"=== RUN   TestTwo", "    two_test.go:7: broken", "--- FAIL: TestTwo (0.01s)", "FAIL", "", "@@end 1",
		"@@begin c", "=== RUN   TestThree", "--- SKIP: TestThree (0.00s)", "@@end 0", "", "@@done", "",
	}, "\r\n")
	got, err := Parse(stream)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Output = ""
	}
	want := []Report{
		{Program: "a/b", Status: 1, Tests: []Test{
			{Name: "TestOne", Verdict: "PASS", Seconds: 1.5, Said: "=== RUN   TestOne\n=== RUN   TestOne/sub\n    said\n"},
			{Name: "TestTwo", Verdict: "FAIL", Seconds: 0.01, Said: "=== RUN   TestTwo\n    two_test.go:7: broken\n"},
		}},
		{Program: "c", Tests: []Test{{Name: "TestThree", Verdict: "SKIP", Said: "=== RUN   TestThree\n"}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestParseBrokenStreams(t *testing.T) {
	for stream, want := range map[string]string{
		"":                                "the machine ended before its tests",
		"@@begin a\nTestOne":              "the machine ended while a ran",
		"@@begin a\n@@end x\n@@done":      "exit status of a",
		"@@fault no modules\n@@done":      "no modules",
		"panic: oops\n@@begin a\n@@end 0": "the machine ended before its tests",
	} {
		if _, err := Parse(stream); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", stream, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("@@begin a\n--- PASS: TestOne (..s)\n@@end 0\n@@done\n")
	f.Fuzz(func(_ *testing.T, stream string) { _, _ = Parse(stream) })
}
