// Package progress tells how far the daemons of a switch have come with its configuration.
//
// Who wants to know sets a mark, a word of his own, behind all changes of CONFIG_DB so far (statedb.PublishMark). A daemon comes to the mark
// once it has heard of every change before it; when it has carried them out and handed on what follows from them, it says so. What daemons
// hand on meets in APPL_DB, where orchagent takes it: it is asked by name, after them.
//
// In STATE_DB are
//
//	HEDDLE_FOLLOWER|cfgmgrd   tables   the tables of CONFIG_DB that a daemon follows; deleted when it ends in order
//	HEDDLE_PROGRESS|MARK      cfgmgrd  "done", or what troubles the daemon; the row is gone after two minutes
//
// and a daemon listens on the channel HEDDLE_PROGRESS:cfgmgrd as long as it lives, by which others see that it does.
//
// The package knows no table and never waits for a daemon itself.
package progress
