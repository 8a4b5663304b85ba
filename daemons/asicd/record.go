package asicd

import (
	"encoding/binary"
	"fmt"

	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

var le = binary.LittleEndian

// Kinds of journal records.
const (
	recordAnswer     = 1 // session, number, reply, changes
	recordGeneration = 2 // object type, generation of its ids
)

func appendAnswer(dst []byte, id sessionID, seq uint64, reply, changes []byte) []byte {
	dst = append(append(dst, recordAnswer), id[:]...)
	dst = le.AppendUint64(dst, seq)
	dst = le.AppendUint32(dst, uint32(len(reply)))
	return append(append(dst, reply...), changes...)
}

func appendGeneration(dst []byte, t sai.ObjectType, gen uint16) []byte {
	return le.AppendUint16(le.AppendUint32(append(dst, recordGeneration), uint32(t)), gen)
}

// appendChange appends operation, type, object and, unless it is removed, its
// attributes.
func appendChange(dst []byte, op strict.Op, c strict.Change) []byte {
	dst = le.AppendUint32(append(dst, byte(op)), uint32(c.Object.Type))
	dst = wire.AppendObject(dst, c.Object)
	if op == strict.OpRemove {
		return dst
	}
	return wire.AppendAttrs(dst, c.Object.Type, c.Attrs)
}

// applyRecord brings a record into a store that is being restored.
func applyRecord(payload []byte, r *strict.Restorer, ss *sessions) error {
	d := wire.NewDecoder(payload)
	switch kind := d.U8(); kind {
	case recordAnswer:
		return applyAnswer(d, r, ss)
	case recordGeneration:
		t, gen := sai.ObjectType(d.U32()), d.U16()
		r.Generation(t, gen)
		return d.Done()
	default:
		return fmt.Errorf("record kind %d", kind)
	}
}

func applyAnswer(d *wire.Decoder, r *strict.Restorer, ss *sessions) error {
	var id sessionID
	copy(id[:], d.Bytes(len(id)))
	seq := d.U64()
	reply := append([]byte(nil), d.Bytes(d.Count(1))...)
	for d.Err() == nil && d.Len() > 0 {
		if err := applyChange(d, r); err != nil {
			return err
		}
	}
	if d.Err() == nil && id != (sessionID{}) {
		ss.answered(id, seq, reply)
	}
	return d.Err()
}

func applyChange(d *wire.Decoder, r *strict.Restorer) error {
	op := strict.Op(d.U8())
	obj := d.Object(sai.ObjectType(d.U32()))
	var attrs []sai.Attr
	if op != strict.OpRemove {
		_, attrs = d.Attrs(nil)
	}
	if d.Err() != nil {
		return d.Err()
	}
	ok := false
	switch op {
	case strict.OpCreate:
		ok = r.Put(obj, attrs)
	case strict.OpRemove:
		ok = r.Remove(obj)
	case strict.OpSet:
		ok = len(attrs) == 1 && r.Set(obj, attrs[0])
	}
	if !ok {
		return fmt.Errorf("%s %s %s makes no sense", op, obj.Type, obj.OID)
	}
	return nil
}
