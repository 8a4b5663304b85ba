// Package hostfile describes files of the host as values: what they hold line by line, and which row of the configuration each line comes
// from, so that a checker's complaint about a line becomes an error of that row.
//
// A line is a line: text that would begin another one is refused here, whoever renders it. The package reads and writes nothing.
package hostfile
