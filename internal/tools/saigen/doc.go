// Command saigen turns the specification in package sai/spec into the generated
// files of the SAI packages: Go constants and metadata in sai, and C headers
// and layout checks in sai/libsai.
//
// It writes only files named *_gen.go and *_gen.h, and only those whose content
// changed. It is run by "go generate ./sai/...", never by a daemon.
package main
