// Package executor performs sairedis requests on the ASIC: it exchanges
// virtual for real ids, calls the driver, and gathers what ASIC_DB has to
// learn. It also carries out the view switch of a starting client, and brings
// ASIC and database together when syncd starts.
//
// One goroutine uses an Executor. It never reads the queue and never commits:
// its owner writes what it gathered together with the acknowledgement of the
// requests, so that a crash leaves either both or neither.
package executor
