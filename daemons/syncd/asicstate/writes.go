package asicstate

import (
	"context"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/sai"
)

// Writes gathers changes of ASIC_DB. The zero value is ready to use. It is a
// vid.Log.
type Writes struct {
	rows   []rowWrite
	hashes []hashWrite
	rid    map[sai.ObjectID]sai.ObjectID // by VID; null: to be deleted
	vid    map[sai.ObjectID]sai.ObjectID // by RID; null: to be deleted
	out    []message
}

// rowWrite sets fields of a row, or deletes it when there are none.
type rowWrite struct {
	key    string // with its table
	fields []string
}

// hashWrite sets one field of a hash, or deletes it when the value is empty.
type hashWrite struct{ hash, field, value string }

// message is an answer or a notification.
type message struct {
	key, values, op string // an answer, as the queue holds it
	publish         string // else a notification
	data            string // of a notification, whose op is notice
	notice          string
}

// SetRow sets fields, alternating name and value, of the row of an object.
func (w *Writes) SetRow(table, key string, fields []string) {
	w.rows = append(w.rows, rowWrite{table + ":" + key, fields})
}

// DeleteRow deletes the row of an object.
func (w *Writes) DeleteRow(table, key string) {
	w.rows = append(w.rows, rowWrite{key: table + ":" + key})
}

// Has tells whether the row of an object is among the changes.
func (w *Writes) Has(table, key string) bool {
	key = table + ":" + key
	for i := range w.rows {
		if w.rows[i].key == key {
			return true
		}
	}
	return false
}

// Bound records that vid stands for rid.
func (w *Writes) Bound(vid, rid sai.ObjectID) { w.bind(vid, rid, rid, vid) }

// Unbound records that vid no longer stands for rid.
func (w *Writes) Unbound(vid, rid sai.ObjectID) {
	w.bind(vid, sai.NullObjectID, rid, sai.NullObjectID)
}

func (w *Writes) bind(vid, toRID, rid, toVID sai.ObjectID) {
	if w.rid == nil {
		w.rid, w.vid = map[sai.ObjectID]sai.ObjectID{}, map[sai.ObjectID]sai.ObjectID{}
	}
	w.rid[vid], w.vid[rid] = toRID, toVID
}

// SetCold records a discovered object.
func (w *Writes) SetCold(vid sai.ObjectID, t sai.ObjectType) {
	w.hashes = append(w.hashes, hashWrite{hashColdVIDs, vid.String(), t.String()})
}

// DeleteCold forgets a discovered object.
func (w *Writes) DeleteCold(vid sai.ObjectID) {
	w.hashes = append(w.hashes, hashWrite{hash: hashColdVIDs, field: vid.String()})
}

// SetLane records the port that a hardware lane belongs to; null forgets it.
func (w *Writes) SetLane(lane uint32, port sai.ObjectID) {
	h := hashWrite{hash: hashLanes, field: strconv.FormatUint(uint64(lane), 10)}
	if port != sai.NullObjectID {
		h.value = port.String()
	}
	w.hashes = append(w.hashes, h)
}

// SetHidden records the real id that an attribute of the switch named at start.
func (w *Writes) SetHidden(attr string, rid sai.ObjectID) {
	w.hashes = append(w.hashes, hashWrite{hashHidden, attr, rid.String()})
}

// Respond sends an answer to the client.
func (w *Writes) Respond(r sairedis.Response) {
	w.out = append(w.out, message{
		key: r.Status.String(), values: string(r.AppendJSON(nil)), op: r.QueueOp(),
	})
}

// Notify publishes a notification to clients.
func (w *Writes) Notify(op, data string) {
	w.out = append(w.out, message{
		publish: string(sairedis.AppendStrings(nil, []string{op, data})), notice: op, data: data,
	})
}

// EachNotification calls f for every notification, in order.
func (w *Writes) EachNotification(f func(op, data string)) {
	for i := range w.out {
		if w.out[i].notice != "" {
			f(w.out[i].notice, w.out[i].data)
		}
	}
}

// Len estimates the number of commands.
func (w *Writes) Len() int { return len(w.rows) + len(w.hashes) + len(w.rid) + 2*len(w.out) }

// Empty reports whether there is nothing to write.
func (w *Writes) Empty() bool { return w.Len() == 0 }

// Reset forgets everything that was gathered.
func (w *Writes) Reset() {
	clear(w.rows)
	clear(w.hashes)
	clear(w.out)
	w.rows, w.hashes, w.out = w.rows[:0], w.hashes[:0], w.out[:0]
	clear(w.rid)
	clear(w.vid)
}

// Drop forgets the answers and notifications but keeps the rows.
func (w *Writes) Drop() { w.out = w.out[:0] }

// Pipe adds all changes to a pipeline; answers and notifications come last, so
// that whoever reads one finds the rows in place.
func (w *Writes) Pipe(ctx context.Context, p redis.Pipeliner) {
	for i := range w.rows {
		w.pipeRow(ctx, p, &w.rows[i])
	}
	w.pipeIDs(ctx, p, hashVIDToRID, w.rid)
	w.pipeIDs(ctx, p, hashRIDToVID, w.vid)
	for _, h := range w.hashes {
		if h.value == "" {
			p.HDel(ctx, h.hash, h.field)
			continue
		}
		p.HSet(ctx, h.hash, h.field, h.value)
	}
	for _, m := range w.out {
		if m.op == "" {
			p.Publish(ctx, notifyChannel, m.publish)
			continue
		}
		p.LPush(ctx, responseQueue, m.key, m.values, m.op)
		p.Publish(ctx, responseChannel, wake)
	}
}

func (w *Writes) pipeRow(ctx context.Context, p redis.Pipeliner, r *rowWrite) {
	if len(r.fields) == 0 {
		p.Del(ctx, r.key)
		return
	}
	args := make([]any, 2, 2+len(r.fields))
	args[0], args[1] = "hset", r.key
	for i := range r.fields {
		args = append(args, &r.fields[i]) // a pointer does not allocate, a string would
	}
	p.Do(ctx, args...)
}

func (w *Writes) pipeIDs(ctx context.Context, p redis.Pipeliner, hash string, m map[sai.ObjectID]sai.ObjectID) {
	var set []any
	var del []string
	for from, to := range m {
		if to == sai.NullObjectID {
			del = append(del, from.String())
			continue
		}
		set = append(set, from.String(), to.String())
	}
	if len(del) > 0 {
		p.HDel(ctx, hash, del...)
	}
	if len(set) > 0 {
		p.HSet(ctx, hash, set...)
	}
}
