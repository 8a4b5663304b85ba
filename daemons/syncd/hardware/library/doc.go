// Package library makes a loaded libsai.so, a vendor's or the software ASIC's,
// the hardware of syncd.
//
// It is the only package of the daemon that is linked with C, and cmd/syncd the
// only one to import it.
package library
