package bfdd

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/heddle-nos/heddle/daemons/bfdd/bfd"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// wanted is a session that is asked for.
type wanted struct {
	key schema.BFDKey
	row schema.BFDSession // with all defaults
}

var errDemand = errors.New("demand mode is not spoken: async_active or async_passive, please")

// parseSession reads a row, with SONiC's defaults for what it leaves out. SONiC's dst_mac, which its ASICs need for a session that is bound to
// an interface, counts for nothing here: the kernel knows its neighbours.
func parseSession(op statedb.KeyOp) (wanted, error) {
	key, err := schema.ParseBFDKey(op.Key, schema.AppSeparator)
	if err != nil {
		return wanted{}, err
	}
	w := wanted{key: key}
	r := &w.row
	if err := statedb.DecodeList(op.Fields, r); err != nil {
		return w, err
	}
	r.TxInterval = cmp.Or(r.TxInterval, schema.DefaultBFDInterval)
	r.RxInterval = cmp.Or(r.RxInterval, schema.DefaultBFDInterval)
	r.Multiplier = cmp.Or(r.Multiplier, schema.DefaultBFDMultiplier)
	r.Type = cmp.Or(r.Type, schema.BFDAsyncActive)
	if r.TOS == nil {
		tos := uint8(schema.DefaultBFDTOS)
		r.TOS = &tos
	}
	if r.LocalAddr = r.LocalAddr.Unmap().WithZone(""); r.LocalAddr.IsUnspecified() {
		r.LocalAddr = netip.Addr{}
	}
	switch {
	case r.Type == schema.BFDDemandActive || r.Type == schema.BFDDemandPassive:
		return w, &statedb.FieldError{Field: "type", Value: string(r.Type), Err: errDemand}
	case r.LocalAddr.IsValid() && r.LocalAddr.Is4() != key.Peer.Is4():
		return w, fmt.Errorf("local_addr %s and peer %s are of two families", r.LocalAddr, key.Peer)
	case r.LocalAddr == key.Peer:
		return w, fmt.Errorf("peer %s is the switch itself", key.Peer)
	}
	return w, nil
}

func (w wanted) engineKey() bfd.Key {
	return bfd.Key{VRF: w.key.VRF, Interface: string(w.key.Interface), Peer: w.key.Peer}
}

func (w wanted) config() bfd.Config {
	return bfd.Config{
		Local: w.row.LocalAddr, Multihop: w.row.Multihop, Passive: w.row.Type == schema.BFDAsyncPassive,
		AdminDown: w.row.AdminStatus == schema.AdminDown,
		MinTx:     time.Duration(w.row.TxInterval) * time.Millisecond, MinRx: time.Duration(w.row.RxInterval) * time.Millisecond,
		Multiplier: uint8(w.row.Multiplier),
	}
}

// status writes how a session is, as STATE_DB has it.
func (w wanted) status(s bfd.Status, problem string) (statedb.Fields, error) {
	row := schema.StateBFDSession{
		State: s.State.String(), Type: w.row.Type, LocalAddr: w.localAddr(), TxInterval: w.row.TxInterval, RxInterval: w.row.RxInterval,
		Multiplier: w.row.Multiplier, Multihop: w.row.Multihop, Local: s.Local,
		Diag: s.Diag.String(), RemoteState: s.RemoteState.String(), Remote: s.Remote, RemoteTx: inMicros(s.RemoteMinTx), RemoteRx: inMicros(s.RemoteMinRx),
		RemoteMult: s.RemoteMult, SentEvery: inMicros(s.TxInterval), Detection: inMicros(s.Detection), Problem: problem,
	}
	fields, err := statedb.Encode(row)
	return statedb.FieldMap(fields), err
}

func (w wanted) localAddr() string {
	switch {
	case w.row.LocalAddr.IsValid():
		return w.row.LocalAddr.String()
	case w.key.Peer.Is4():
		return "0.0.0.0"
	}
	return "::"
}

// remember reads what an earlier life wrote of a session that was up.
func remember(fields statedb.Fields) *bfd.Memory {
	var row schema.StateBFDSession
	if statedb.Decode(fields, &row) != nil || row.State != bfd.Up.String() || row.Local == 0 || row.Remote == 0 || row.RemoteMult == 0 {
		return nil
	}
	return &bfd.Memory{
		Local: row.Local, Remote: row.Remote, RemoteMult: row.RemoteMult,
		RemoteMinTx: time.Duration(row.RemoteTx) * time.Microsecond, RemoteMinRx: time.Duration(row.RemoteRx) * time.Microsecond,
	}
}

func inMicros(d time.Duration) uint32 { return uint32(d / time.Microsecond) }
