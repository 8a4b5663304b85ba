// Package draft keeps configuration sessions: candidates that an operator edits
// command by command and commits as one change. A draft is a file with the
// configuration that it began with and the one it has come to, so that its
// commit can tell what it changes from what others have changed since.
//
// It never touches the database.
package draft
