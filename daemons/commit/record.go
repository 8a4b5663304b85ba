package commit

import (
	"context"
	"errors"
	"time"
)

// Kind says how a commit came about.
type Kind string

// The kinds of commits.
const (
	KindCommit   Kind = "commit"
	KindBoot     Kind = "boot"     // the first configuration after the database was empty
	KindRollback Kind = "rollback" // asked for by an operator
	KindRevert   Kind = "revert"   // nobody confirmed, or the ASIC refused
)

// Record is one commit, or one that was refused, as the journal keeps it.
type Record struct {
	Number   uint64    `json:"commit,omitempty"` // counted by the journal, from 1
	Time     time.Time `json:"time"`
	Author   Author    `json:"author"`
	Kind     Kind      `json:"kind"`
	Comment  string    `json:"comment,omitempty"`
	Refused  string    `json:"refused,omitempty"` // why nothing was written
	Rows     int       `json:"rows"`              // that changed
	Before   Digest    `json:"before"`            // of the whole configuration
	After    Digest    `json:"after"`
	Token    string    `json:"token,omitempty"`   // is written to the database with the changes
	Confirm  time.Time `json:"confirm,omitzero"`  // when it is taken back unless somebody confirms
	Settles  uint64    `json:"settles,omitempty"` // the commit whose waiting it ends
	Server   string    `json:"server,omitempty"`  // run of the database that has it; of those that wait for a confirmation
	Changes  []Change  `json:"-"`
	Previous Config    `json:"-"` // the whole configuration before
}

// ErrBusy says that somebody else has been committing for a long time.
var ErrBusy = errors.New("another commit is going on")

// Recorder keeps the record of commits. Its methods are called in this order
// for a commit: Lock, Settle, Prepare, then Done or Cancel of what it gave.
type Recorder interface {
	// Lock keeps other committers out until the release; ErrBusy when that takes too long.
	Lock(ctx context.Context) (release func(), err error)
	// Settle decides about what committers left behind that died between
	// Prepare and Done: written tells whether the last write had this token.
	Settle(written func(token string) bool) error
	// Prepare keeps what is about to be written.
	Prepare(Record) (Pending, error)
	// Refused keeps an attempt that was not written.
	Refused(Record) error
}

// Pending is a commit that is about to be written.
type Pending interface {
	// Record gives it with its number and token.
	Record() Record
	// Done says that it was written.
	Done() error
	// Cancel says that it was not.
	Cancel() error
}

// noRecord is the recorder of engines that have none.
type noRecord struct{}

func (noRecord) Lock(context.Context) (func(), error) { return func() {}, nil }
func (noRecord) Settle(func(string) bool) error       { return nil }
func (noRecord) Prepare(r Record) (Pending, error)    { return unrecorded{r}, nil }
func (noRecord) Refused(Record) error                 { return nil }

type unrecorded struct{ r Record }

func (u unrecorded) Record() Record { return u.r }
func (unrecorded) Done() error      { return nil }
func (unrecorded) Cancel() error    { return nil }
