// Package planetest is a data plane in memory for tests of what drives one: it
// keeps what it is told, refuses what no pipeline could do (routes to
// adjacencies that do not exist, adjacencies out of absent interfaces), counts
// nothing and forwards nothing. Dump shows the whole state.
package planetest
