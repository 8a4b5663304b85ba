// Command guest is the init of the machine that tests run in: it mounts the kernel's file systems, loads modules, runs the test programs
// that its orders name, copies what they print to the serial line for results, and powers the machine off.
package main
