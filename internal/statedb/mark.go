package statedb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// A mark is a message among the events of CONFIG_DB's rows. Redis sends what it publishes to a connection in order, so whoever hears a mark
// has heard of every change that was made before it. It is published and not stored: no table has it, and whoever follows tables of
// another system takes its name for that of no row.
const markName = "HEDDLE_MARK"

// maxMarks bounds the marks that wait in a subscriber. Who set one that is dropped sets it again.
const maxMarks = 16

// keyspacePrefix begins the channel of a row's events, in a database of that number.
func keyspacePrefix(num int) string { return "__keyspace@" + strconv.Itoa(num) + "__:" }

// PublishMark sets a mark in CONFIG_DB behind all changes so far.
func PublishMark(ctx context.Context, config *DB, mark string) error {
	if err := config.rdb.Publish(ctx, keyspacePrefix(config.num)+markName, mark).Err(); err != nil {
		return fmt.Errorf("mark %s: %w", config.id, err)
	}
	return nil
}

// OnMark has f called for each mark once all changes before it have been handled. It is to be called before Run, for a table of CONFIG_DB.
func (s *Subscriber) OnMark(f func(ctx context.Context, mark string) error) *Subscriber {
	s.onMark = f
	return s
}

// addMarks keeps marks until the changes before them have been handled.
func (s *Subscriber) addMarks(marks ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onMark == nil {
		return
	}
	for _, m := range marks {
		if !slices.Contains(s.marks, m) {
			s.marks = append(s.marks, m)
		}
	}
	s.marks = s.marks[max(0, len(s.marks)-maxMarks):]
}

// heard counts which of several subscribers have come to a mark.
type heard struct {
	of    int
	marks map[string]map[string]bool // the tables that have, by mark
}

// all says whether this table was the last one. What never gets so far is forgotten.
func (h *heard) all(mark, table string) bool {
	if h.marks[mark] == nil {
		if len(h.marks) >= maxMarks {
			clear(h.marks)
		}
		h.marks[mark] = make(map[string]bool, h.of)
	}
	h.marks[mark][table] = true
	if len(h.marks[mark]) < h.of {
		return false
	}
	delete(h.marks, mark)
	return true
}
