// Package view compares two pictures of an ASIC and plans the way from one to
// the other: for the view switch of a starting client (INIT_VIEW, APPLY_VIEW)
// and for the audit of a starting syncd.
//
// It is pure: no driver, no database, no clock. All ids are virtual.
package view
