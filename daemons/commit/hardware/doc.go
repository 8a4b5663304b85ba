// Package hardware tells what became of a commit: for each row, whether its objects are in the ASIC, wait for something, or failed and why;
// and of rows without an object, which daemons have applied them.
//
// It sets a mark behind the change (daemons/progress), waits until every daemon that follows a changed table has come to it, then until
// orchagent has planned what they handed on and the ASIC has answered, and only then reads what the databases say. A daemon that does not
// run, or does not come to the mark in time, is named.
//
// It never changes anything.
package hardware
