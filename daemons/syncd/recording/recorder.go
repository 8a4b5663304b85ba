package recording

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
)

// Recorder appends to a file. A nil Recorder records nothing. It is not safe
// for concurrent use.
type Recorder struct {
	file *os.File
	buf  []byte
	log  *slog.Logger
}

// flushAt bounds what waits to be written.
const flushAt = 64 << 10

// Open appends to the file, making it if need be.
func Open(path string, log *slog.Logger) (*Recorder, error) {
	const mode = 0o640 // a recording tells the network's addresses
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, mode)
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	return &Recorder{file: f, log: log}, nil
}

// Request records a request.
func (r *Recorder) Request(q sairedis.Request) {
	if r != nil {
		r.buf = AppendRequest(r.buf, time.Now(), q)
		r.limit()
	}
}

// Answer records the answer to q.
func (r *Recorder) Answer(q sairedis.Request, a sairedis.Response) {
	if r != nil {
		r.buf = AppendAnswer(r.buf, time.Now(), q, a)
		r.limit()
	}
}

// Notification records a notification.
func (r *Recorder) Notification(op, data string) {
	if r != nil {
		r.buf = AppendNotification(r.buf, time.Now(), op, data)
		r.limit()
	}
}

func (r *Recorder) limit() {
	if len(r.buf) >= flushAt {
		r.Flush()
	}
}

// Flush writes what waits. A disk that is full costs lines of the recording,
// never service.
func (r *Recorder) Flush() {
	if r == nil || len(r.buf) == 0 {
		return
	}
	if _, err := r.file.Write(r.buf); err != nil {
		r.log.Warn("recording lost lines", "err", err)
	}
	r.buf = r.buf[:0]
}

// Close ends the recording.
func (r *Recorder) Close() error {
	if r == nil {
		return nil
	}
	r.Flush()
	return r.file.Close()
}
