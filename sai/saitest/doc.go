// Package saitest makes SAI values for tests of codecs. It never talks to a
// library and is imported by tests only.
package saitest
