// Package jsonpatch applies JSON Patch documents (RFC 6902) to JSON values as
// encoding/json decodes them with UseNumber: maps, slices, strings,
// json.Number, bool and nil.
//
// A patch is applied whole or not at all: the value given is never changed. The
// package knows nothing of configurations.
package jsonpatch
