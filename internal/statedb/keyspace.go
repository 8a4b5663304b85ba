package statedb

import (
	"context"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// keyspaces are the subscriptions of one database that its subscribers share, by pattern.
//
// Redis compares the event of every change, in any database, with every different pattern that anybody has asked for: sixty tables of
// CONFIG_DB followed one by one make a row of APPL_DB cost three times as much. CONFIG_DB changes seldom, so its followers, in all
// processes, ask for all of it and leave out what is not theirs.
type keyspaces struct {
	mu        sync.Mutex
	byPattern map[string]*keyspace
}

// keyspace is one subscription.
type keyspace struct {
	prefix string // of channels
	stop   func()

	mu      sync.Mutex
	up      bool
	readers map[*Subscriber]signal
}

// join hears the events of a table for s until the returned function is called. Each event marks s and posts wake, and so does the
// moment from which on no event is missed.
func (d *DB) join(s *Subscriber, wake signal) (leave func()) {
	prefix := keyspacePrefix(d.num)
	pattern := prefix + "*"
	if d.id != ConfigDB {
		pattern = prefix + escapeGlob(s.prefix) + "*"
	}
	d.keyspaces.mu.Lock()
	defer d.keyspaces.mu.Unlock()
	k := d.keyspaces.byPattern[pattern]
	if k == nil {
		k = &keyspace{prefix: prefix, readers: make(map[*Subscriber]signal)}
		if d.keyspaces.byPattern == nil {
			d.keyspaces.byPattern = make(map[string]*keyspace)
		}
		d.keyspaces.byPattern[pattern] = k
		k.stop = listener{
			log:     d.log,
			open:    func(ctx context.Context) *redis.PubSub { return d.rdb.PSubscribe(ctx, pattern) },
			up:      k.stands,
			message: k.event,
		}.start(context.Background()) // ended and joined by the last reader that leaves
	}
	k.add(s, wake)
	return func() { d.leave(pattern, k, s) }
}

func (d *DB) leave(pattern string, k *keyspace, s *Subscriber) {
	d.keyspaces.mu.Lock()
	defer d.keyspaces.mu.Unlock()
	k.mu.Lock()
	delete(k.readers, s)
	last := len(k.readers) == 0
	k.mu.Unlock()
	if last {
		k.stop()
		delete(d.keyspaces.byPattern, pattern)
	}
}

func (k *keyspace) add(s *Subscriber, wake signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.readers[s] = wake
	if k.up {
		s.markAll()
		wake.post()
	}
}

// stands is called whenever the subscription is there (again).
func (k *keyspace) stands() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.up = true
	for s, wake := range k.readers {
		s.markAll()
		wake.post()
	}
}

func (k *keyspace) event(m *redis.Message) {
	name := strings.TrimPrefix(m.Channel, k.prefix)
	k.mu.Lock()
	defer k.mu.Unlock()
	for s, wake := range k.readers {
		if name == markName {
			s.addMarks(m.Payload)
			wake.post()
		} else if key, ok := strings.CutPrefix(name, s.prefix); ok {
			s.mark(key)
			wake.post()
		}
	}
}
