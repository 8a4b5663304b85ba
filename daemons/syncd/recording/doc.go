// Package recording writes down what passes between a SAI client and syncd,
// one line for each request, answer and notification, and reads it back:
//
//	time|letter|key|field=value|...
//
// Letters are those of sairedis recordings: c create, C bulk create, r R
// remove, s S set, g B get and bulk get with their answer G, q query with its
// answer Q, a view command with its answer A, m counters read with their
// answer M, f FDB flush with its answer F, p counter groups, n notification.
// Heddle adds z (counters cleared), i (counters to poll), o (stop polling), u
// (any other operation), and E, the answer to a change that was refused; a
// change without E succeeded.
//
// A recording is for people and for replays; nothing is ever restored from it.
package recording
