// Package machine changes what of the host is kept by the kernel or by a program instead of a file that is rendered: its name, and the
// ages of its users' passwords.
//
// It changes nothing that is as it should be.
package machine
