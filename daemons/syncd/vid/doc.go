// Package vid knows virtual object ids: how they are laid out, which real id
// each stands for, and how to exchange the ids inside identities and attribute
// values.
//
// It never talks to a database or a driver. Changes to the mapping are handed
// to a Log, which the owner writes to ASIC_DB together with the rows that
// depend on them.
package vid
