// Package configure holds the commands of `config`: each checks its arguments,
// edits a candidate of the running configuration and commits it. Syntax,
// messages and the rows written are those of SONiC's commands.
//
// It never writes to a database but through package commit, and never starts
// another program.
package configure
