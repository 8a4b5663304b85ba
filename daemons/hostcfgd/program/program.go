package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	longest = 30 * time.Second // that a program may take
	loudest = 64 << 10         // that it may say, in bytes; the rest is dropped
)

// Run starts a program and waits for it. What it said comes back also when it failed.
func Run(ctx context.Context, env []string, argv ...string) (string, error) {
	return Until(ctx, "", env, argv...)
}

// Until is Run for a program that serves: once it has said those words it is ended, and that is no failure.
func Until(ctx context.Context, words string, env []string, argv ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	said := &record{words: words, heard: cancel}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append(append(os.Environ(), "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"), env...)
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	text, heard := said.all()
	switch {
	case heard:
		return text, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return text, fmt.Errorf("run %s: did not end in %v", argv[0], longest)
	case err != nil:
		return text, fmt.Errorf("run %s: %w", argv[0], err)
	case words != "":
		return text, fmt.Errorf("run %s: ended before it served", argv[0])
	}
	return text, nil
}

// ExitCode gives the code that a program ended with, and false when it did not end by itself.
func ExitCode(err error) (int, bool) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, false
	}
	return exit.ExitCode(), exit.Exited()
}

// Missing tells whether an error says that there is no such program.
func Missing(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist)
}

// record keeps what a program says, and listens for words in it.
type record struct {
	mu    sync.Mutex // a program that is ended may still be writing
	buf   bytes.Buffer
	words string
	tail  string // of what was said last
	done  bool
	heard func()
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if room := loudest - r.buf.Len(); room > 0 {
		r.buf.Write(p[:min(room, len(p))])
	}
	if r.words != "" && !r.done {
		r.listen(p)
	}
	return len(p), nil
}

// listen looks for the words also beyond what is kept, and where a write ends within them.
func (r *record) listen(p []byte) {
	r.tail += string(p)
	if strings.Contains(r.tail, r.words) {
		r.done = true
		r.heard()
	}
	r.tail = r.tail[max(0, len(r.tail)-len(r.words)):]
}

func (r *record) all() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.String(), r.done
}
