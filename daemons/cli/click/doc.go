// Package click makes cobra commands speak like Python's click, whose messages
// and exit codes operators' scripts know: "Usage: ...", "Try '... -h' for
// help.", "Error: Missing argument '<vid>'.", exit code 2. Command names may be
// abbreviated while they stay unique.
//
// It never ends the program and knows nothing of any command.
package click
