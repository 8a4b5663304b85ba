package bfdd

import (
	"math/rand/v2"
	"time"

	"github.com/heddle-nos/heddle/daemons/bfdd/bfd"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// takeRequest makes the sessions that are asked for, once the devices are known that they may be bound to.
func (d *daemon) takeRequest(r request) {
	if !d.listed {
		d.waiting = append(d.waiting, r)
		return
	}
	for _, op := range r.ops {
		d.takeRow(op)
	}
	if r.whole == nil {
		return
	}
	first := d.memory != nil
	for key, row := range r.whole {
		if _, known := d.asked[key]; first || !known && !d.bad[key] {
			d.takeRow(statedb.KeyOp{Op: statedb.OpSet, Key: key, Fields: statedb.FieldList(row)})
		}
	}
	d.memory = nil
	d.tables.reread() // even of no session it is to be told that there is none
	d.dropUnseen(r.whole)
}

// dropUnseen ends sessions whose rows were missing twice: the first look may have been just before the row came.
func (d *daemon) dropUnseen(whole map[string]statedb.Fields) {
	missing := make(map[string]bool)
	for key := range d.asked {
		if _, there := whole[key]; there {
			continue
		}
		if d.unseen[key] {
			d.takeRow(statedb.KeyOp{Op: statedb.OpDel, Key: key})
		} else {
			missing[key] = true
		}
	}
	d.unseen = missing
}

// takeRow makes, changes or ends a session. A row that is bad keeps the good session it had before, if any.
func (d *daemon) takeRow(op statedb.KeyOp) {
	if d.bad[op.Key] {
		delete(d.bad, op.Key)
		d.tables.judge(op.Key, nil)
	}
	if op.Op == statedb.OpDel {
		if key, ok := d.asked[op.Key]; ok {
			delete(d.asked, op.Key)
			d.end(key)
		}
		return
	}
	w, err := parseSession(op)
	if err != nil {
		d.bad[op.Key] = true
		d.tables.judge(op.Key, err)
		return
	}
	key := w.engineKey()
	old, known := d.sessions[key]
	if known && (old.row.LocalAddr != w.row.LocalAddr || old.row.Multihop != w.row.Multihop || *old.row.TOS != *w.row.TOS) {
		d.sockets.close(key)
	}
	d.sessions[key], d.asked[op.Key] = w, key
	var memory *bfd.Memory
	if !known {
		memory = remember(d.memory[w.key.Join(schema.ConfigSeparator)])
	}
	d.configure(key, w, memory)
}

// configure opens the sockets first, so that the first packet goes out.
func (d *daemon) configure(key bfd.Key, w wanted, memory *bfd.Memory) {
	local := rand.Uint32()
	if memory != nil {
		local = memory.Local
		d.log.Info("session taken up", "peer", key.Peer, "interface", key.Interface, "vrf", key.VRF)
	}
	d.note(key, d.sockets.ready(w, local))
	d.step(bfd.Configure{Key: key, Config: w.config(), Local: local, Memory: memory})
	d.tell(key)
}

func (d *daemon) end(key bfd.Key) {
	w := d.sessions[key]
	delete(d.sessions, key)
	delete(d.problems, key)
	delete(d.told, key)
	d.step(bfd.Remove{Key: key})
	d.tables.post(w.key.Join(schema.ConfigSeparator), nil)
	d.log.Info("session ended", "peer", key.Peer, "interface", key.Interface, "vrf", key.VRF)
}

// openSockets tries again for all sessions that lack some; false if one still does.
func (d *daemon) openSockets() bool {
	all := true
	for key, w := range d.sessions {
		s, _ := d.engine.Session(key)
		err := d.sockets.ready(w, s.Local)
		if d.note(key, err) {
			d.tell(key)
		}
		all = all && err == nil
	}
	return all
}

// note keeps why a session cannot be spoken, and says whether that is new.
func (d *daemon) note(key bfd.Key, err error) bool {
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	if d.problems[key] == problem {
		return false
	}
	if d.problems[key] = problem; problem != "" {
		d.log.Warn("session cannot be spoken", "peer", key.Peer, "interface", key.Interface, "vrf", key.VRF, "err", err)
	}
	return true
}

// step lets the protocol have an event, and does what it says.
func (d *daemon) step(e bfd.Event) {
	for _, o := range d.engine.Step(time.Now(), e) {
		switch o := o.(type) {
		case bfd.Transmit:
			d.sockets.send(o.Key, o.Packet)
		case bfd.Changed:
			d.tell(o.Key)
		case bfd.Gone:
			if _, again := d.sessions[o.Key]; !again {
				d.sockets.close(o.Key)
			}
		case bfd.Refused:
			d.log.Debug("refuse BFD packet", "from", o.From, "err", o.Err)
		}
	}
}

// tell posts how a session is, and logs where it came to.
func (d *daemon) tell(key bfd.Key) {
	w, ok := d.sessions[key]
	s, there := d.engine.Session(key)
	if !ok || !there {
		return
	}
	row, err := w.status(s, d.problems[key])
	if err != nil {
		d.log.Error("tell BFD session", "peer", key.Peer, "err", err)
		return
	}
	if d.told[key] != s.State {
		d.told[key] = s.State
		d.log.Info("session changed", "peer", key.Peer, "interface", key.Interface, "vrf", key.VRF, "state", s.State, "diag", s.Diag, "remote", s.RemoteState)
	}
	d.tables.post(w.key.Join(schema.ConfigSeparator), row)
}
