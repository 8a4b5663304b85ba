// Package intf renders router interfaces, and the routes that come with their
// addresses: the connected subnet, and the address itself to the CPU.
//
// It never renders neighbours, and gives the kernel nothing.
package intf
