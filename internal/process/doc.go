// Package process is what every daemon needs around its own work: the command-line flags they share, a logger, a context that ends
// with SIGTERM, goroutines that are always joined, and the mark that says "I serve now".
//
// It never exits the program and never starts a goroutine that its Run or Group does not wait for.
package process
