// Package image composes the guest's initial RAM file system in memory: the init program, programs with the shared libraries they
// need, kernel modules with those they depend on. It writes cpio archives of the "newc" format, which the kernel unpacks by itself
// (Documentation/driver-api/early-userspace/buffer-format.rst).
//
// It starts no program and installs nothing on the machine.
package image
