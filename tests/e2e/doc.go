// Package e2e sends real packets through whole switches: the product's programs
// from bin/, brought up by the lab, configured as an operator would.
//
// It holds tests only. They need root and run when HEDDLE_E2E is set, as
// `make e2e` and `make test` do. They never look into a daemon: what they check
// is on the wire, in the database, or printed by `show`.
package e2e
