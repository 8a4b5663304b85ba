package asicdb

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Hashes that keep the object keys over a restart.
const (
	hashKeyToVID = "HEDDLE_KEYTOVID"
	hashVIDToKey = "HEDDLE_VIDTOKEY"
	// hashAdopted holds the virtual ids of objects that the switch made.
	hashAdopted = "HEDDLE_ADOPTED"
)

// keyMap knows which virtual id belongs to which key. Changes are collected
// and written by save.
type keyMap struct {
	db      *statedb.DB
	vid     map[object.Key]sai.ObjectID
	key     map[sai.ObjectID]object.Key
	adopted map[sai.ObjectID]bool
	changed map[object.Key]sai.ObjectID // to be written; the null id: to be deleted
	stale   []string                    // virtual ids to be deleted
}

func newKeyMap(db *statedb.DB) *keyMap {
	return &keyMap{
		db:      db,
		vid:     make(map[object.Key]sai.ObjectID),
		key:     make(map[sai.ObjectID]object.Key),
		adopted: make(map[sai.ObjectID]bool),
		changed: make(map[object.Key]sai.ObjectID),
	}
}

func (m *keyMap) load(ctx context.Context) error {
	rows, err := m.db.Redis().HGetAll(ctx, hashVIDToKey).Result()
	if err != nil {
		return fmt.Errorf("read %s: %w", hashVIDToKey, err)
	}
	adopted, err := m.db.Redis().HKeys(ctx, hashAdopted).Result()
	if err != nil {
		return fmt.Errorf("read %s: %w", hashAdopted, err)
	}
	for v, k := range rows {
		if id, err := text.ParseOID(v); err == nil {
			m.vid[object.Key(k)], m.key[id] = id, object.Key(k)
		}
	}
	for _, v := range adopted {
		if id, err := text.ParseOID(v); err == nil {
			m.adopted[id] = true
		}
	}
	return nil
}

func (m *keyMap) bind(k object.Key, vid sai.ObjectID) {
	if old, ok := m.vid[k]; ok && old != vid {
		m.forget(old)
	}
	m.vid[k], m.key[vid] = vid, k
	m.changed[k] = vid
}

func (m *keyMap) unbind(k object.Key) {
	vid, ok := m.vid[k]
	if !ok {
		return
	}
	delete(m.vid, k)
	m.forget(vid)
	m.changed[k] = sai.NullObjectID
}

func (m *keyMap) forget(vid sai.ObjectID) {
	delete(m.key, vid)
	delete(m.adopted, vid)
	m.stale = append(m.stale, vid.String())
}

func (m *keyMap) adopt(vid sai.ObjectID) { m.adopted[vid] = true }

// save writes what changed, in one transaction.
func (m *keyMap) save(ctx context.Context) error {
	if len(m.changed) == 0 && len(m.stale) == 0 {
		return nil
	}
	_, err := m.db.Redis().TxPipelined(ctx, func(p redis.Pipeliner) error {
		if len(m.stale) > 0 {
			p.HDel(ctx, hashVIDToKey, m.stale...)
			p.HDel(ctx, hashAdopted, m.stale...)
		}
		for k, vid := range m.changed {
			if vid == sai.NullObjectID {
				p.HDel(ctx, hashKeyToVID, string(k))
				continue
			}
			p.HSet(ctx, hashKeyToVID, string(k), vid.String())
			p.HSet(ctx, hashVIDToKey, vid.String(), string(k))
			if m.adopted[vid] {
				p.HSet(ctx, hashAdopted, vid.String(), string(k))
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save object keys: %w", err)
	}
	clear(m.changed)
	m.stale = m.stale[:0]
	return nil
}

// clear forgets everything, in memory and in the database.
func (m *keyMap) clear(ctx context.Context) error {
	*m = *newKeyMap(m.db)
	if err := m.db.Redis().Del(ctx, hashKeyToVID, hashVIDToKey, hashAdopted).Err(); err != nil {
		return fmt.Errorf("clear object keys: %w", err)
	}
	return nil
}
