// Package machine boots a kernel in QEMU, gives its init a list of test programs and reads their results from a serial line.
//
// It knows nothing of what is tested. It never touches the kernel or the boot loader of the machine it runs on.
package machine
