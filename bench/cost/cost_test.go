package cost

import (
	"os"
	"testing"
	"time"
)

func TestOwnCost(t *testing.T) {
	self := Process{"self", os.Getpid()}
	m, err := Begin([]Process{self})
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 64<<20)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		for i := range block {
			block[i]++
		}
		list, err := m.End()
		if err != nil {
			t.Fatal(err)
		}
		if s := list[0]; s.CPU >= 100*time.Millisecond && s.Peak > len(block)>>10 {
			return
		}
	}
	t.Error("64 MB were written for 10 s, and neither time nor memory was counted")
}

func TestNoProcess(t *testing.T) {
	if _, err := Read(Process{"nobody", 1 << 30}); err == nil {
		t.Error("a process that does not exist has a cost")
	}
}
