// Package rpkitest is a validating cache for tests (RFC 8210). It writes its PDUs by itself, as a check on package rpki, which it does not import.
package rpkitest
