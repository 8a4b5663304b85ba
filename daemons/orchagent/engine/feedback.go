package engine

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Routing daemons that must not announce what is not forwarded yet listen to
// this channel of APPL_STATE_DB, and find the routes that are in the table of
// the same name.
const responseSuffix = "_RESPONSE_CHANNEL"

// feedback tells what became of a change of a ROUTE_TABLE row.
func (e *Engine) feedback(c fib.Change, s sai.Status) {
	if !e.Feedback || c.Tag == "" && c.Op != fib.OpRemove {
		return // a route of the switch itself
	}
	key := e.routeRow(c.Key)
	if s != sai.StatusSuccess {
		e.out.Tell(publish.Message{
			DB: statedb.ApplStateDB, Channel: e.responses(), Op: "SWSS_RC_UNKNOWN", Data: key, Fields: []string{"err_str", s.String(), "protocol", c.Tag},
		})
		return
	}
	if c.Op == fib.OpRemove {
		e.tellGone(key)
	} else {
		e.tellApplied(key, c.Tag)
	}
}

// routeRow is a route's key in the table.
func (e *Engine) routeRow(k fib.Key) string {
	key := k.Prefix().String()
	if vrf := e.routes.VRFName(k.VRF()); vrf != "" {
		key = vrf + ":" + key
	}
	return key
}

func (e *Engine) responses() string { return "APPL_DB_" + e.RouteTable + responseSuffix }

func (e *Engine) tellApplied(key, tag string) { e.tellRoute(key, "protocol", tag) }

func (e *Engine) tellGone(key string) { e.tellRoute(key) }

// tellRoute tells what a route is like now, and nothing of one that is gone.
func (e *Engine) tellRoute(key string, row ...string) {
	const ok = "SWSS_RC_SUCCESS"
	e.out.Tell(publish.Message{
		DB: statedb.ApplStateDB, Channel: e.responses(), Op: ok, Data: key, Fields: append([]string{"err_str", ok}, row...),
		Table: e.RouteTable, Row: row,
	})
}

// setFeedback begins or ends to tell. Nobody may believe what nobody keeps true: at the end the rows go.
func (e *Engine) setFeedback(ctx context.Context, on bool) error {
	if on == e.Feedback {
		return nil
	}
	e.Feedback = on
	e.Log.Info("feedback about routes", "on", on)
	if on {
		if !e.told.ready { // then all is told, and what the tables do not say yet is not taken for gone
			return nil
		}
		return e.auditFeedback(ctx)
	}
	if err := e.out.Flush(ctx); err != nil { // rows that come with what was told
		return err
	}
	keys, err := e.Client.DB(statedb.ApplStateDB).Keys(ctx, e.RouteTable)
	if err != nil {
		return fmt.Errorf("look for rows of feedback: %w", err)
	}
	for _, key := range keys {
		e.out.Add(publish.Delete(statedb.ApplStateDB, e.RouteTable, key))
	}
	return nil
}

// feedbackChunk is how many routes are told at once.
const feedbackChunk = 4096

// auditFeedback tells what has become of routes while nobody told: before the feedback was switched on, or before this life.
func (e *Engine) auditFeedback(ctx context.Context) error {
	if !e.Feedback {
		return nil
	}
	told, err := e.Client.DB(statedb.ApplStateDB).Keys(ctx, e.RouteTable)
	if err != nil {
		return fmt.Errorf("look for rows of feedback: %w", err)
	}
	stale := make(map[string]bool, len(told))
	for _, key := range told {
		stale[key] = true
	}
	n := 0
	note := func() error {
		if n++; n%feedbackChunk != 0 {
			return nil
		}
		return e.out.Flush(ctx)
	}
	for k, tag := range e.routes.Applied {
		key := e.routeRow(k)
		if stale[key] {
			delete(stale, key)
			continue
		}
		e.tellApplied(key, tag)
		if err := note(); err != nil {
			return err
		}
	}
	for key := range stale {
		e.tellGone(key)
		if err := note(); err != nil {
			return err
		}
	}
	return nil
}
