// Package cabi converts between the values of package sai and their C form in
// memory: sai_attribute_value_t, the entry structs and the lists they point to,
// as laid out by the 64-bit ABI.
//
// It works on bytes and addresses that a Memory supplies, so that it serves C
// memory (sai/libsai) as well as a message buffer, and it can be tested without
// C. It never calls C and never keeps what it is given.
package cabi
