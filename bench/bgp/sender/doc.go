// Package sender is a BGP speaker that knows how to hand over a table: it opens a session (RFC 4271), sends UPDATEs that were encoded beforehand, and
// reads away what it is sent. It learns nothing and decides nothing, so that what is measured is the other side.
package sender
