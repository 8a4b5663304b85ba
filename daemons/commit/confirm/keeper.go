package confirm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
)

// Keeper watches over the commit that waits.
type Keeper struct {
	Engine  *commit.Engine // with the journal as its recorder
	Journal *journal.Journal
	Log     *slog.Logger
	Now     func() time.Time
	Pause   time.Duration // between two looks
}

// DefaultPause is how late a commit may be taken back.
const DefaultPause = time.Second

// Run looks until ctx ends. What fails is tried again with the next look.
func (k *Keeper) Run(ctx context.Context) error {
	look := time.NewTicker(k.Pause)
	defer look.Stop()
	failure := ""
	for {
		err := k.Look(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			failure = ""
		case err.Error() != failure:
			failure = err.Error()
			k.Log.Error("look after the commit that waits for a confirmation", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

// Look takes the commit that waits back if its time has come. A database that
// has been started anew is the mark of a crash or reboot: then nobody can be
// expected to confirm what he no longer sees.
func (k *Keeper) Look(ctx context.Context) error {
	a, waits, err := k.Journal.Awaiting()
	if err != nil || !waits {
		return err
	}
	run, err := k.Engine.ServerRun(ctx)
	if err != nil {
		return err
	}
	restarted := run != a.Server
	if !restarted && k.Now().Before(a.Deadline) {
		return nil
	}
	if err := k.Engine.Settle(ctx); err != nil {
		return err
	}
	return k.takeBack(ctx, a, restarted)
}

func (k *Keeper) takeBack(ctx context.Context, a journal.Awaited, restarted bool) error {
	if now, waits, err := k.Journal.Awaiting(); err != nil || !waits || now.Number != a.Number {
		return err // it was never written, or somebody confirmed it meanwhile
	}
	rec, err := k.Journal.Commit(a.Number)
	if err != nil {
		return fmt.Errorf("take commit %d back: %w", a.Number, err)
	}
	target, err := k.Journal.Before(a.Number)
	if err != nil {
		return fmt.Errorf("take commit %d back: %w", a.Number, err)
	}
	reason := fmt.Sprintf("nobody confirmed commit %d by %s", a.Number, a.Deadline.Format(time.RFC3339))
	if restarted {
		reason = fmt.Sprintf("the database was started anew before commit %d was confirmed", a.Number)
	}
	written, err := k.replace(ctx, a, rec, target, reason, restarted)
	if err != nil {
		return fmt.Errorf("take commit %d back: %w", a.Number, err)
	}
	k.Log.Warn("took a commit back", "commit", a.Number, "reason", reason, "rows", written)
	return nil
}

// replace goes back to what was before. After a restart the switch has loaded
// what was saved, and a change that waits is not saved: where nothing of it is
// there, nothing is to be done.
func (k *Keeper) replace(ctx context.Context, a journal.Awaited, rec commit.Record, target commit.Config, reason string, restarted bool) (int, error) {
	r, err := k.Engine.Commit(ctx, commit.Request{Mode: commit.Restored, Kind: commit.KindRevert, Comment: reason, Settles: a.Number,
		Edit: func(c *commit.Candidate) error {
			if restarted && len(c.Config()) == 0 {
				return errNotLoaded
			}
			if restarted && !present(c.Config(), rec.Changes) {
				return nil
			}
			c.ReplaceAll(target)
			return nil
		}})
	if err != nil {
		return 0, err
	}
	if r.Unrecorded != nil {
		k.Log.Error("record that a commit was taken back", "commit", a.Number, "err", r.Unrecorded)
	}
	return len(r.Changes), k.release(ctx, a.Number)
}

// release forgets that the commit waits.
func (k *Keeper) release(ctx context.Context, number uint64) error {
	release, err := k.Journal.Lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if now, waits, err := k.Journal.Awaiting(); err != nil || !waits || now.Number != number {
		return err
	}
	return k.Journal.Release()
}

// errNotLoaded waits for the configuration that the switch starts with.
var errNotLoaded = errors.New("the database has no configuration yet")

// present says whether a configuration holds anything of what a commit changed.
func present(c commit.Config, changes []commit.Change) bool {
	for _, ch := range changes {
		row, ok := c.Row(ch.Table, ch.Key)
		if ch.After == nil && !ok {
			return true
		}
		for field, v := range ch.After {
			if was, had := ch.Before[field]; ok && row[field] == v && (!had || was != v) {
				return true
			}
		}
		if ok && ch.Before == nil {
			return true
		}
	}
	return false
}
