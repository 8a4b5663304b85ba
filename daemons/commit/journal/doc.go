// Package journal keeps the record of commits in files: who changed what, when,
// from where and why, one file a commit, and now and then the whole
// configuration before one, so that the configuration before any commit in it
// can be had again. For a while it keeps the
// commit that waits for a confirmation too.
//
// A folder holds
//
//	00000042.json      commit 42: a line about it, then the rows it changed
//	00000043.pending   a commit that is being written, or whose committer died
//	00000001.base.gz   the whole configuration before commit 1
//	confirm.json       the commit that is taken back unless somebody confirms
//	denied/            attempts that were refused
//	lock               held by the committer at work
//
// The package never touches a database: whether a commit was written it is told.
package journal
