// Package apply makes the files of the host what was rendered: each is judged by its checker before it replaces another, replaced in one
// step, and only where it differs; the service is told afterwards, also if we are killed in between.
//
// It renders nothing, and what it is not given it does not touch.
package apply
