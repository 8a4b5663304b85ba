package asicdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Start brings this end into step with syncd, creates the switch with the
// given attributes if there is none, and finds the objects the switch made by
// itself.
func (a *ASIC) Start(ctx context.Context, attrs []object.Attr) error {
	a.check = nil // without a switch there is nothing to lose
	exists, err := a.switchExists(ctx)
	if err != nil {
		return err
	}
	probe := SwitchVID
	if !exists {
		probe = sai.NullObjectID
	}
	if err := a.Sync(ctx, probe); err != nil {
		return err
	}
	*a.keys = *newKeyMap(a.db)
	if exists {
		if err := a.keys.load(ctx); err != nil {
			return err
		}
	} else if err := a.createSwitch(ctx, attrs); err != nil {
		return err
	}
	a.keys.adopt(SwitchVID)
	a.bindFixed(object.Switch, SwitchVID)
	if err := a.discover(ctx); err != nil {
		return err
	}
	a.check = a.Intact
	return a.keys.save(ctx)
}

func (a *ASIC) switchExists(ctx context.Context) (bool, error) {
	n, err := a.db.Redis().Exists(ctx, tableState+":"+objectKey(sai.ObjectTypeSwitch, SwitchVID)).Result()
	if err != nil {
		return false, fmt.Errorf("look for the switch: %w", err)
	}
	return n > 0, nil
}

// ErrEmptied reports that the databases lost their content: what was told is to
// be told again, and all of it is known only to a daemon that starts.
var ErrEmptied = errors.New("ASIC_DB was emptied")

// Intact finds out whether ASIC_DB still describes the switch. Redis tells
// nobody that it was emptied.
func (a *ASIC) Intact(ctx context.Context) error {
	exists, err := a.switchExists(ctx)
	if err != nil {
		return err
	}
	if !exists {
		return ErrEmptied
	}
	return nil
}

// createSwitch creates the switch in an initial view of its own, which is
// applied at once: the objects follow as ordinary changes.
func (a *ASIC) createSwitch(ctx context.Context, attrs []object.Attr) error {
	if err := a.keys.clear(ctx); err != nil {
		return err
	}
	fields, err := a.keys.fields(sai.ObjectTypeSwitch, attrs)
	if err != nil {
		return err
	}
	steps := []Request{
		{Op: opNotify, Key: "INIT_VIEW"},
		{Op: opCreate, Key: objectKey(sai.ObjectTypeSwitch, SwitchVID), Values: fields},
		{Op: opNotify, Key: "APPLY_VIEW"},
	}
	for _, r := range steps {
		a.log.Info("initialise switch", "request", r.Op[1:]+" "+r.Key)
		resp, err := a.Do(ctx, r)
		if err != nil {
			return err
		}
		if s := resp[0].Status; s != sai.StatusSuccess {
			return &sai.Error{Op: r.Op[1:], Object: r.Key, Status: s}
		}
	}
	return nil
}

// get reads one attribute of an object; room is the length of list to offer.
func (a *ASIC) getRequest(t sai.ObjectType, vid sai.ObjectID, id sai.AttrID, room uint32) (Request, error) {
	r := Request{Op: opGet, Key: objectKey(t, vid)}
	name, value, err := placeholder(t, id, room)
	r.Values = []string{name, value}
	return r, err
}

func placeholder(t sai.ObjectType, id sai.AttrID, room uint32) (name, value string, err error) {
	info, _ := sai.ObjectTypeInfo(t)
	m := info.Attr(id)
	if m == nil {
		return "", "", fmt.Errorf("%s has no attribute %d", t, id)
	}
	switch m.Kind {
	case sai.KindOIDList:
		return text.EncodeAttr(t, sai.Attr{ID: id, Value: sai.OIDList(make([]sai.ObjectID, room))})
	case sai.KindU32List:
		return text.EncodeAttr(t, sai.Attr{ID: id, Value: sai.U32List(make([]uint32, room))})
	case sai.KindEnumList:
		return text.EncodeAttr(t, sai.Attr{ID: id, Value: sai.EnumList(make([]int32, room))})
	case sai.KindOID:
		return text.EncodeAttr(t, sai.Attr{ID: id, Value: sai.OID(0)})
	case sai.KindEnum:
		return m.Name, m.Enum.Values()[0].Name, nil
	default:
		return m.Name, "0", nil
	}
}

// get reads an attribute, a list whole. ok is false when the ASIC does not
// have it.
func (a *ASIC) get(ctx context.Context, t sai.ObjectType, vid sai.ObjectID, id sai.AttrID, room uint32) (v sai.Value, ok bool, err error) {
	for range 3 {
		req, err := a.getRequest(t, vid, id, room)
		if err != nil {
			return v, false, err
		}
		resp, err := a.Do(ctx, req)
		if err != nil {
			return v, false, err
		}
		if resp[0].Status == sai.StatusBufferOverflow && len(resp[0].Values) == 2 {
			if _, n, err := text.DecodePlaceholder(t, resp[0].Values[0], resp[0].Values[1]); err == nil && n > room {
				room = n
				continue
			}
		}
		at, ok, err := decodeGet(t, resp[0])
		if ok && at.ID != id {
			return v, false, fmt.Errorf("asked for %s: %w", object.AttrName(t, id), ErrOutOfStep)
		}
		return at.Value, ok, err
	}
	return v, false, nil
}

func decodeGet(t sai.ObjectType, r Response) (sai.Attr, bool, error) {
	if r.Status != sai.StatusSuccess || len(r.Values) != 2 {
		return sai.Attr{}, false, nil
	}
	at, err := text.DecodeAttr(t, r.Values[0], r.Values[1])
	if err != nil {
		return at, false, fmt.Errorf("answer to get: %w", err)
	}
	return at, true, nil
}
