// Command dataplane measures the software ASIC against the kernel's own bridge
// and routing and against the cost of merely dropping a frame, in one run.
//
// All contestants get the same frames from the same generator,
// BPF_PROG_TEST_RUN with live frames, through a veth of their own; what they
// forward ends in the same sink. They take turns, and a result is the median
// over the rounds of the ratio within a round, so that a machine that is busy
// or slows down slows both sides. A cost is CPU time, of the generator's thread
// and of the kernel's softirq thread beside it, not wall time.
//
// It never asserts: it prints a table and leaves the judgement to its reader.
package main
