// Package durable writes files so that a reader, or the next boot after a
// power cut, sees the old content or the new one and never a part of one.
//
// It knows nothing of what is in the files.
package durable
