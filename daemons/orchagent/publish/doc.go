// Package publish collects what orchagent tells the other databases (ready
// ports, name maps, counters to poll, status) and writes it in batches; of
// several writes to one row only the last state is written.
//
// It never decides what to tell, and loses nothing while Redis is away.
package publish
