package sairedis_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/syncd/recording"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// player sends recorded requests. The ids of the recording and those of the
// switch that plays differ; ids learns which stand for each other.
type player struct {
	t   testing.TB
	db  *statedb.DB
	out *statedb.QueueProducer
	in  *statedb.QueueConsumer
	ids map[string]string // of the recording -> of this switch
}

const (
	nullID = "oid:0x0"
	// The switch has a fixed id: its creation must not reserve one.
	switchID = "oid:0x21000000000000"
	success  = "SAI_STATUS_SUCCESS"
)

func newPlayer(r *rig) *player {
	db := r.db.DB(statedb.AsicDB)
	p := &player{
		t: r.t, db: db, out: statedb.NewQueueProducer(db, "ASIC_STATE"),
		in:  statedb.NewQueueConsumer(db, "GETRESPONSE", statedb.QueueOptions{Batch: 1}),
		ids: map[string]string{nullID: nullID, switchID: switchID},
	}
	r.t.Cleanup(func() { p.in.Close() })
	return p
}

var oid = regexp.MustCompile(`oid:0x[0-9a-f]+`)

// play performs one request and returns its answer, in ids of this switch.
func (p *player) play(q sairedis.Request) (status string, fields []string) {
	p.t.Helper()
	if q.Op == sairedis.OpCreate {
		p.reserve(q.Key)
	}
	item := statedb.QueueItem{Key: p.here(q.Key), Op: letter(q.Op) + string(q.Op)}
	for i, v := range q.Values {
		if q.Op == sairedis.OpBulkCreate && i%2 == 0 {
			p.reserve(v)
		}
		item.Values = append(item.Values, p.here(v))
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.out.Push(ctx, item); err != nil {
		p.t.Fatal(err)
	}
	items, err := p.in.Pop(ctx)
	if err != nil || len(items) != 1 {
		p.t.Fatalf("%s %s: no answer: %v", q.Op, q.Key, err)
	}
	return items[0].Key, items[0].Values
}

func letter(op sairedis.Op) string {
	if op == sairedis.OpRemove || op == sairedis.OpBulkRemove {
		return "D"
	}
	return "S"
}

// reserve makes the id of an object to be created, as clients do; entries have
// none.
func (p *player) reserve(key string) {
	id := key[strings.LastIndex(key, "oid:")+max(0, -strings.LastIndex(key, "oid:")):]
	if strings.Contains(key, "{") || !oid.MatchString(id) || p.ids[id] != "" {
		return
	}
	n, err := p.db.Redis().Incr(context.Background(), "VIDCOUNTER").Result()
	if err != nil {
		p.t.Fatal(err)
	}
	old, err := strconv.ParseUint(strings.TrimPrefix(id, "oid:0x"), 16, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	const indexBits = 40
	p.ids[id] = fmt.Sprintf("oid:0x%x", old>>indexBits<<indexBits|uint64(n))
}

// here exchanges the ids in a text of the recording.
func (p *player) here(s string) string {
	return oid.ReplaceAllStringFunc(s, func(id string) string {
		if mine, ok := p.ids[id]; ok {
			return mine
		}
		return id
	})
}

// same compares an answer with the recorded one. An id that is new in the
// recording is the one that stands in its place.
func (p *player) same(recorded, got string) bool {
	a, b := oid.FindAllString(recorded, -1), oid.FindAllString(got, -1)
	if len(a) == len(b) {
		for i, id := range a {
			if _, ok := p.ids[id]; !ok {
				p.ids[id] = b[i]
			}
		}
	}
	return p.here(recorded) == got
}

// expected is what a recording says about the answer to a request.
type expected struct {
	status string
	fields []string
	said   bool // the recording has a line for it
}

// exchanges pairs the requests of a recording with their answers.
func exchanges(t testing.TB, text string, f func(n int, q sairedis.Request, want expected)) {
	t.Helper()
	var q *sairedis.Request
	at := 0
	flush := func(want expected) {
		if q != nil {
			f(at, *q, want)
		}
		q = nil
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		l, err := recording.Parse(line)
		switch {
		case err != nil:
			t.Fatalf("line %d: %v", i+1, err)
		case l.IsAnswer():
			flush(expected{l.Status, l.Fields, true})
		case l.IsRequest():
			flush(expected{status: success})
			q, at = &l.Request, i+1
		}
	}
	flush(expected{status: success})
}
