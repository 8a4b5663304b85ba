package executor

import (
	"context"
	"fmt"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

func (e *Executor) getStats(r sairedis.Request) sairedis.Response {
	obj, ids, resp := e.statsRequest(r)
	if resp.Status != sai.StatusSuccess {
		return resp
	}
	values, s := e.asic.Stats(obj, ids, sai.StatsModeRead)
	resp.Status = s
	if s != sai.StatusSuccess || len(values) != len(ids) {
		return resp
	}
	for i, v := range values {
		resp.Fields = append(resp.Fields, r.Values[2*i], strconv.FormatUint(v, 10))
	}
	return resp
}

func (e *Executor) clearStats(r sairedis.Request) sairedis.Response {
	obj, ids, resp := e.statsRequest(r)
	if resp.Status == sai.StatusSuccess {
		resp.Status = e.asic.ClearStats(obj, ids)
	}
	return resp
}

// statsRequest decodes the object and the counters, which are the names of
// the request's fields.
func (e *Executor) statsRequest(r sairedis.Request) (sai.Object, []sai.StatID, sairedis.Response) {
	resp := sairedis.Answer(r.Op, sai.StatusSuccess)
	obj, err := text.DecodeObject(r.Key)
	if err != nil {
		return obj, nil, e.malformed(r, err)
	}
	ids := make([]sai.StatID, 0, len(r.Values)/2)
	for i := 0; i < len(r.Values); i += 2 {
		id, ok := text.StatByName(obj.Type, r.Values[i])
		if !ok {
			return obj, nil, e.malformed(r, fmt.Errorf("%s: counter %.80q: %w", r.Key, r.Values[i], text.ErrUnknown))
		}
		ids = append(ids, id)
	}
	if e.temp != nil && e.temp.pending(obj) {
		resp.Status = sai.StatusInvalidObjectID
		return obj, nil, resp
	}
	real, err := vid.Object(obj, e.ids.RID)
	if err != nil {
		resp.Status = sai.StatusInvalidObjectID
	}
	return real, ids, resp
}

// counters changes what is polled into COUNTERS_DB.
func (e *Executor) counters(ctx context.Context, r sairedis.Request) sairedis.Response {
	if e.flex == nil {
		return sairedis.Answer(r.Op, sai.StatusNotSupported)
	}
	var err error
	switch r.Op {
	case sairedis.OpStartPoll:
		err = e.flex.Start(ctx, r.Key, r.Values)
	case sairedis.OpStopPoll:
		err = e.flex.Stop(ctx, r.Key)
	case sairedis.OpSetCounterGroup:
		err = e.flex.SetGroup(ctx, r.Key, r.Values)
	case sairedis.OpDelCounterGroup:
		err = e.flex.DeleteGroup(ctx, r.Key)
	}
	if err != nil {
		e.log.Error("flex counters", "op", string(r.Op), "key", r.Key, "err", err)
		return sairedis.Answer(r.Op, sai.StatusFailure)
	}
	return sairedis.Answer(r.Op, sai.StatusSuccess)
}
