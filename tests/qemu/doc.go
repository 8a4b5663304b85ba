// Package qemu runs tests on Debian's own kernel, the one that Heddle's image ships: what needs its bonding driver, VRF or VLAN devices,
// and enough of the rest to know that the data plane loads and forwards there. docs/howto/qemu.md says how to use it.
//
// It holds tests only. They run when HEDDLE_QEMU is set, as `make qemu` and `make test` do.
package qemu
