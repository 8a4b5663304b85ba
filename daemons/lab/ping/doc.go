// Package ping asks hosts for echoes (RFC 792, RFC 4443 section 4) from inside
// a namespace, and counts exactly which ones came back.
//
// It never starts a program, and never reports an echo twice.
package ping
