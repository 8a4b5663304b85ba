// Package moveguard finds stations that move between ports without end, which
// means a loop or a forged address, and says what to hold until they may move
// again.
//
// It does no I/O and has no clock: the engine tells it of moves and of time.
package moveguard
