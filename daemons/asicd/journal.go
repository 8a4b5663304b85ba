package asicd

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// A journal is a magic word and records: length, CRC-32C, payload. It is not
// synced to disk: it must survive this process, and with the machine the data
// plane goes too.
const journalMagic = "HEDDLEJ1"

const recordHeader = 8

// compactAt is the size from which on a journal is written anew once it has
// also grown to several times what it was when last written.
const (
	compactAt     = 64 << 20
	compactFactor = 4
)

// CorruptError is a journal with bytes that no asicd wrote.
type CorruptError struct {
	File   string
	Offset int64
	Why    string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal %s: offset %d: %s", e.File, e.Offset, e.Why)
}

// journal keeps what took effect. Its methods but collect are called by one
// goroutine at a time, which holds asic.exec.
type journal struct {
	path    string
	log     *slog.Logger
	file    *os.File
	size    int64
	base    int64 // size when last written anew
	pending []byte
	broken  bool
}

func newJournal(path string, log *slog.Logger) *journal { return &journal{path: path, log: log} }

// collect is the store's strict.Options.Commit.
func (j *journal) collect(op strict.Op, changes []strict.Change) {
	for _, c := range changes {
		j.pending = appendChange(j.pending, op, c)
	}
}

// commit writes the changes collected since the last call, with the reply that
// the client will get for them.
func (j *journal) commit(id sessionID, seq uint64, reply []byte) error {
	changes := j.pending
	j.pending = j.pending[:0]
	if len(changes) == 0 {
		return nil
	}
	return j.append(appendAnswer(nil, id, seq, reply, changes))
}

// append writes one record. After a failure the journal lacks something and
// takes nothing more until it is written anew: the next start would otherwise
// restore a lie.
func (j *journal) append(payload []byte) error {
	if j.broken {
		return fmt.Errorf("journal %s: broken by an earlier failure", j.path)
	}
	rec := sealRecord(payload)
	n, err := j.file.Write(rec)
	j.size += int64(n)
	if err != nil {
		j.broken = true
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

func sealRecord(payload []byte) []byte {
	rec := make([]byte, 0, recordHeader+len(payload))
	rec = le.AppendUint32(rec, uint32(len(payload)))
	rec = le.AppendUint32(rec, crc32.Checksum(payload, crcTable()))
	return append(rec, payload...)
}

func crcTable() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// grown reports whether rewriting is worth it.
func (j *journal) grown() bool { return j.size > compactAt && j.size > compactFactor*j.base }

// rewrite replaces the file by one that holds just the present state.
func (j *journal) rewrite(store *strict.Store, ss *sessions) error {
	tmp := j.path + ".new"
	f, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("rewrite journal: %w", err)
	}
	w := &snapshot{w: bufio.NewWriterSize(f, 1<<20)}
	w.write(store, ss)
	if err := errors.Join(w.finish(), os.Rename(tmp, j.path)); err != nil {
		return errors.Join(fmt.Errorf("rewrite journal: %w", err), f.Close())
	}
	if j.file != nil {
		_ = j.file.Close() // replaced; nothing in it counts any more
	}
	j.file, j.size, j.base, j.broken = f, w.size, w.size, false
	return nil
}

// Close ends the journal.
func (j *journal) Close() {
	if j.file != nil {
		if err := j.file.Close(); err != nil {
			j.log.Error("close journal", "err", err)
		}
	}
}

// replay reads the journal into a store and the sessions. No file is an empty
// journal; a torn last record is one that nobody got a reply for.
func (j *journal) replay(r *strict.Restorer, ss *sessions) error {
	f, err := os.Open(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("replay journal: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("replay journal: %w", err)
	}
	p := &replayer{path: j.path, r: bufio.NewReaderSize(f, 1<<20), size: info.Size(), log: j.log}
	return p.all(func(payload []byte) error { return applyRecord(payload, r, ss) })
}

// replayer reads records.
type replayer struct {
	path string
	r    io.Reader
	size int64
	at   int64
	buf  []byte
	log  *slog.Logger
}

func (p *replayer) corrupt(format string, args ...any) error {
	return &CorruptError{File: p.path, Offset: p.at, Why: fmt.Sprintf(format, args...)}
}

func (p *replayer) all(apply func([]byte) error) error {
	magic := make([]byte, len(journalMagic))
	if n, err := io.ReadFull(p.r, magic); err != nil || string(magic) != journalMagic {
		if n == 0 {
			return nil
		}
		return p.corrupt("starts with %q", magic)
	}
	for p.at = int64(len(magic)); p.at < p.size; {
		payload, err := p.record()
		if err != nil || payload == nil {
			return err
		}
		if err := apply(payload); err != nil {
			return p.corrupt("%v", err)
		}
		p.at += recordHeader + int64(len(payload))
	}
	return nil
}

// record returns the next payload, nil at a torn end.
func (p *replayer) record() ([]byte, error) {
	var head [recordHeader]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return p.torn()
	}
	n := int64(le.Uint32(head[:]))
	end := p.at + recordHeader + n
	switch {
	case n > maxRecord:
		return nil, p.corrupt("record of %d bytes", n)
	case end > p.size:
		return p.torn()
	}
	if int64(cap(p.buf)) < n {
		p.buf = make([]byte, n)
	}
	p.buf = p.buf[:n]
	if _, err := io.ReadFull(p.r, p.buf); err != nil {
		return nil, fmt.Errorf("replay journal: %w", err)
	}
	if crc32.Checksum(p.buf, crcTable()) != le.Uint32(head[4:]) {
		if end == p.size {
			return p.torn()
		}
		return nil, p.corrupt("checksum differs")
	}
	return p.buf, nil
}

func (p *replayer) torn() ([]byte, error) {
	p.log.Warn("journal ends in a torn record", "file", p.path, "offset", p.at)
	return nil, nil
}

// snapshot writes a journal of the present state.
type snapshot struct {
	w    *bufio.Writer
	size int64
	err  error
	buf  []byte
}

// snapshotRecord is about how large the records of a snapshot are.
const snapshotRecord = 256 << 10

func (s *snapshot) write(store *strict.Store, ss *sessions) {
	s.raw([]byte(journalMagic))
	store.Save(
		func(t sai.ObjectType, gen uint16) { s.raw(sealRecord(appendGeneration(nil, t, gen))) },
		func(o sai.Object, attrs []sai.Attr) {
			s.buf = appendChange(s.buf, strict.OpCreate, strict.Change{Object: o, Attrs: attrs})
			if len(s.buf) >= snapshotRecord {
				s.flush()
			}
		})
	s.flush()
	ss.each(func(one session) { s.raw(sealRecord(appendAnswer(nil, one.id, one.seq, one.reply, nil))) })
}

func (s *snapshot) flush() {
	if len(s.buf) > 0 {
		s.raw(sealRecord(appendAnswer(nil, sessionID{}, 0, nil, s.buf)))
		s.buf = s.buf[:0]
	}
}

func (s *snapshot) raw(b []byte) {
	n, err := s.w.Write(b)
	s.size += int64(n)
	s.err = errors.Join(s.err, err)
}

func (s *snapshot) finish() error { return errors.Join(s.err, s.w.Flush()) }

// maxRecord bounds a record: the changes of one request and its reply.
const maxRecord = 4 * wire.MaxFrame
