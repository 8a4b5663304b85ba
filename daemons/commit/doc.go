// Package commit is the way of every configuration change: it reads a
// config_db.json or the running configuration, lets a caller edit a candidate,
// checks the candidate as a whole, and writes the difference to CONFIG_DB in
// one Redis transaction that fails when somebody else wrote in between.
//
// A Config holds rows as CONFIG_DB stores them: a list-valued field has a name
// that ends in '@' and its elements are joined with commas. JSON has lists
// there; Parse and Format translate.
//
// The package never touches another database than CONFIG_DB and the row of
// STATE_DB that counts revisions, never applies half of a change, and decides
// nothing about a table: what is right and wrong it asks its Checker.
package commit
