// Package vlandev makes a VLAN of a network device a device of its own: the
// kernel's VLAN device where the kernel has them, else a pair of virtual Ethernet
// devices whose hidden end two small eBPF classifiers join to the parent. They
// push the tag on what the device sends and pop it off what the parent receives.
//
// It gives no addresses and sets no device up but the hidden end, and it never
// touches what it did not make.
package vlandev
