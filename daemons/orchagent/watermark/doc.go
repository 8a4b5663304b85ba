// Package watermark starts watermarks anew: those of the present period when it
// is over, and those of operators when they ask.
//
// It never reads a counter: syncd does, and a script in Redis keeps the highest.
package watermark
