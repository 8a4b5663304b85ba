// Package hold renders what the move guard holds: ports that are shut, and
// stations that stay where they are.
//
// It never decides what to hold.
package hold
