// Package strictasic makes a sai/strict store look like a loaded SAI library,
// so that tests can run syncd without one.
//
// It is for tests only and never part of a daemon.
package strictasic
