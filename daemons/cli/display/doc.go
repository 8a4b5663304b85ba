// Package display holds the commands of `show`: each reads a few rows of the
// databases and prints them in SONiC's layout, or with --json as JSON.
//
// It never writes to a database.
package display
