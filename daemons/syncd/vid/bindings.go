package vid

import (
	"sync"

	"github.com/heddle-nos/heddle/sai"
)

// Log receives every change of the bindings, in order.
type Log interface {
	Bound(vid, rid sai.ObjectID)
	Unbound(vid, rid sai.ObjectID)
}

// Bindings is the one-to-one mapping between virtual and real object ids. One
// goroutine changes it; any may read it.
type Bindings struct {
	mu  sync.RWMutex
	rid map[sai.ObjectID]sai.ObjectID // by VID
	vid map[sai.ObjectID]sai.ObjectID // by RID
	log Log
}

// NewBindings returns an empty mapping that reports its changes to log.
func NewBindings(log Log) *Bindings {
	return &Bindings{
		rid: map[sai.ObjectID]sai.ObjectID{},
		vid: map[sai.ObjectID]sai.ObjectID{},
		log: log,
	}
}

// Load adds a pair that the database already holds, without logging it.
func (b *Bindings) Load(vid, rid sai.ObjectID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rid[vid] = rid
	b.vid[rid] = vid
}

// Bind makes vid stand for rid. What either stood for before is forgotten.
func (b *Bindings) Bind(vid, rid sai.ObjectID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.rid[vid]; ok {
		if old == rid {
			return
		}
		b.drop(vid, old)
	}
	if old, ok := b.vid[rid]; ok {
		b.drop(old, rid)
	}
	b.rid[vid] = rid
	b.vid[rid] = vid
	b.log.Bound(vid, rid)
}

// Unbind forgets vid.
func (b *Bindings) Unbind(vid sai.ObjectID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if rid, ok := b.rid[vid]; ok {
		b.drop(vid, rid)
	}
}

func (b *Bindings) drop(vid, rid sai.ObjectID) {
	delete(b.rid, vid)
	delete(b.vid, rid)
	b.log.Unbound(vid, rid)
}

// RID returns the real id that vid stands for; the null id stands for itself.
func (b *Bindings) RID(vid sai.ObjectID) (sai.ObjectID, bool) {
	if vid == sai.NullObjectID {
		return vid, true
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	rid, ok := b.rid[vid]
	return rid, ok
}

// VID returns the virtual id of rid; the null id stands for itself.
func (b *Bindings) VID(rid sai.ObjectID) (sai.ObjectID, bool) {
	if rid == sai.NullObjectID {
		return rid, true
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	vid, ok := b.vid[rid]
	return vid, ok
}

// All returns a copy of the mapping, by virtual id.
func (b *Bindings) All() map[sai.ObjectID]sai.ObjectID {
	b.mu.RLock()
	defer b.mu.RUnlock()
	m := make(map[sai.ObjectID]sai.ObjectID, len(b.rid))
	for v, r := range b.rid {
		m[v] = r
	}
	return m
}

// Len returns the number of pairs.
func (b *Bindings) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.rid)
}
