package hardware

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// planner is the daemon that speaks to the ASIC.
const planner = "orchagent"

// Waiter waits for commits.
type Waiter struct {
	Client *statedb.Client
	Pause  time.Duration // between two looks, at most
	Again  time.Duration // until a mark is set again
	Absent time.Duration // that a daemon may be away; one that is started anew takes less
	Quiet  time.Duration // that an answer must stay the same where daemons do not tell how far they are
}

// NewWaiter makes one with the times of a switch.
func NewWaiter(c *statedb.Client) *Waiter {
	return &Waiter{Client: c, Pause: 40 * time.Millisecond, Again: 250 * time.Millisecond, Absent: 10 * time.Second, Quiet: 400 * time.Millisecond}
}

// Report is what became of a commit.
type Report struct {
	Outcomes []Outcome
	Notes    []string // what else an operator should know
}

// Wait tells what became of changes once all that follows from them is done, or the time is over: then rows without an answer are Pending.
func (w *Waiter) Wait(ctx context.Context, changes []commit.Change, most time.Duration) (Report, error) {
	deadline := time.Now().Add(most)
	r, err := w.wait(ctx, changes, deadline)
	if err != nil {
		return r, fmt.Errorf("look what became of the change: %w", err)
	}
	return r, nil
}

func (w *Waiter) wait(ctx context.Context, changes []commit.Change, deadline time.Time) (Report, error) {
	var r Report
	who, err := progress.Known(ctx, w.Client)
	if err != nil {
		return r, err
	}
	first, err := w.come(ctx, deadline, followers(who, changes), func(mark string) error {
		return statedb.PublishMark(ctx, w.Client.DB(statedb.ConfigDB), mark)
	})
	if err != nil {
		return r, err
	}
	late := first.late
	asked, routes := toASIC(changes)
	if asked && who.Has(planner) && late[planner] == "" {
		second, err := w.come(ctx, deadline, []string{planner}, func(mark string) error {
			return progress.Ask(ctx, w.Client, planner, progress.Request{Mark: mark, Routes: routes})
		})
		if err != nil {
			return r, err
		}
		maps.Copy(late, second.late)
	}
	for _, d := range slices.Sorted(maps.Keys(first.troubles)) {
		r.Notes = append(r.Notes, d+": "+first.troubles[d])
	}
	know := knowledge{who: who, late: late}
	if !slices.ContainsFunc(changes, know.guessed) {
		r.Outcomes, err = w.look(ctx, know, changes)
		return r, err
	}
	r.Notes = append(r.Notes, fmt.Sprintf("the daemons of the ASIC are not all Heddle's and do not tell how far they are: what follows stayed the same for %s", w.Quiet))
	r.Outcomes, err = w.still(ctx, know, changes, deadline)
	return r, err
}

// followers are the daemons that follow any of the changed tables.
func followers(who progress.Daemons, changes []commit.Change) []string {
	var list []string
	for _, c := range changes {
		list = append(list, who.Following(c.Table)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// toASIC says whether changes lead to objects of the ASIC, and to routes.
func toASIC(changes []commit.Change) (objects, routes bool) {
	for _, c := range changes {
		p, ok := placeOf(c)
		objects, routes = objects || ok, routes || p.routes
	}
	return objects, routes
}

// still looks until every row has an answer that stays, or the time is over.
func (w *Waiter) still(ctx context.Context, know knowledge, changes []commit.Change, deadline time.Time) ([]Outcome, error) {
	var last []Outcome
	since := time.Now()
	for {
		began := time.Now()
		now, err := w.look(ctx, know, changes)
		if err != nil {
			return nil, err
		}
		if !slices.EqualFunc(now, last, Outcome.same) {
			last, since = now, time.Now()
		}
		answered := !slices.ContainsFunc(now, func(o Outcome) bool { return o.State == Pending })
		if answered && time.Since(since) >= w.Quiet || time.Now().After(deadline) {
			return now, nil
		}
		if err := sleep(ctx, max(w.Pause, 2*time.Since(began))); err != nil { // a large switch is not kept busy by the look
			return now, err
		}
	}
}

// look judges every row once.
func (w *Waiter) look(ctx context.Context, know knowledge, changes []commit.Change) ([]Outcome, error) {
	v, err := w.read(ctx, changes)
	if err != nil {
		return nil, err
	}
	v.knowledge = know
	out := make([]Outcome, len(changes))
	for i, c := range changes {
		out[i] = v.outcome(c)
	}
	return out, nil
}
