// Package libsai drives a vendor's (or the software ASIC's) libsai.so through
// the sai.Driver interface: it loads the library, checks its version, and calls
// the functions of its API tables. It is the only package with cgo.
//
// Attribute memory is an arena of C memory per call; C never keeps a pointer
// into Go memory, and callbacks copy what they are given and post it to a
// bounded queue. The package knows C layouts (sai/cabi), not what attributes
// mean, and it never retries a call except to make room for a list.
package libsai

/*
#cgo CFLAGS: -std=gnu11 -Wall -O2
#cgo LDFLAGS: -ldl
*/
import "C"
