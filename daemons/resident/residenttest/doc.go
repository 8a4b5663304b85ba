// Package residenttest runs a daemon inside a test, on doors that the test has
// opened. It is for tests alone.
package residenttest
