package commit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// lookTime is how long a broken write is looked after.
const lookTime = 2 * time.Second

// keep writes a judged change and has it recorded: prepared before the write,
// so that a committer that dies leaves a trace of what it was about to do, and
// done after it.
func (e *Engine) keep(ctx context.Context, tx *redis.Tx, q Request, running Config, r *Result, alone bool) error {
	if !alone {
		release, err := e.record.Lock(ctx)
		if errors.Is(err, ErrBusy) {
			return err
		}
		if err == nil {
			defer release()
		}
	}
	pending, err := e.prepare(ctx, q, running, r.Changes)
	if err != nil {
		if q.Confirm > 0 || q.Settles > 0 {
			return err // the journal decides here
		}
		r.Unrecorded = err // a full disk must not keep an operator from shutting a port
	}
	if err := e.write(ctx, tx, r.Changes, pending.Record()); err != nil && !e.happened(ctx, pending) {
		return err
	}
	r.Number = pending.Record().Number
	if err := pending.Done(); err != nil {
		r.Unrecorded = err
	}
	return nil
}

// happened finds out whether a write that ended in an error was made
// nevertheless: the connection may have broken behind it. What cannot be told
// now is settled by the next commit.
func (e *Engine) happened(ctx context.Context, pending Pending) bool {
	token := pending.Record().Token
	if token == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer cancel()
	last, err := e.lastToken(ctx)
	if err == nil && last != token {
		err = pending.Cancel()
	}
	return err == nil && last == token
}

func (e *Engine) prepare(ctx context.Context, q Request, running Config, changes []Change) (Pending, error) {
	rec := e.recordOf(q)
	rec.Rows, rec.Changes, rec.Previous = len(changes), changes, running
	if len(running) == 0 && rec.Kind == KindCommit {
		rec.Kind = KindBoot
	}
	none := unrecorded{rec}
	if _, off := e.record.(noRecord); off {
		return none, nil
	}
	rec.Before = DigestOf(running)
	rec.After = rec.Before.After(changes)
	last, err := e.lastToken(ctx)
	if err != nil {
		return none, fmt.Errorf("read revision: %w", err)
	}
	if err := e.record.Settle(func(token string) bool { return token == last }); err != nil {
		return none, err
	}
	if q.Confirm > 0 {
		if rec.Server, err = e.ServerRun(ctx); err != nil {
			return none, err
		}
	}
	pending, err := e.record.Prepare(rec)
	if err != nil {
		return none, err
	}
	return pending, nil
}

func (e *Engine) recordOf(q Request) Record {
	rec := Record{Time: e.now(), Author: e.author, Kind: q.Kind, Comment: q.Comment, Settles: q.Settles}
	if q.Confirm > 0 {
		rec.Confirm = rec.Time.Add(q.Confirm)
	}
	return rec
}

// refuse records an attempt that was not written.
func (e *Engine) refuse(q Request, r *Result, why error) {
	rec := e.recordOf(q)
	rec.Rows, rec.Changes, rec.Refused = len(r.Changes), r.Changes, why.Error()
	if err := e.record.Refused(rec); err != nil {
		r.Unrecorded = err
	}
}

// Deny records that somebody was not allowed to change the configuration.
func (e *Engine) Deny(why error) error {
	rec := e.recordOf(Request{Kind: KindCommit})
	rec.Refused = why.Error()
	return e.record.Refused(rec)
}

// lastToken gives the token of the last recorded commit, "" if there was none
// since the database was empty.
func (e *Engine) lastToken(ctx context.Context) (string, error) {
	token, err := e.state.Redis().HGet(ctx, revisionKey, tokenField).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return token, err
}

// Settle decides about what committers left behind that died. It keeps others
// out meanwhile.
func (e *Engine) Settle(ctx context.Context) error {
	release, err := e.record.Lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	last, err := e.lastToken(ctx)
	if err != nil {
		return fmt.Errorf("read revision: %w", err)
	}
	return e.record.Settle(func(token string) bool { return token == last })
}

// ServerRun names the run of the database: another one after a restart, and so
// after a reboot.
func (e *Engine) ServerRun(ctx context.Context) (string, error) {
	info, err := e.config.Redis().InfoMap(ctx, "server").Result()
	if err != nil {
		return "", fmt.Errorf("ask the database for its run: %w", err)
	}
	run := info["Server"]["run_id"]
	if run == "" {
		return "", errors.New("ask the database for its run: it has no run_id")
	}
	return run, nil
}
