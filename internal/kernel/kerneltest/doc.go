// Package kerneltest gives a test a network namespace of its own, which is gone with the test.
//
// It never touches the namespace of the test program.
package kerneltest
