// Package loglevel has the log of a daemon follow its row of CONFIG_DB LOGGER, in the words that SONiC's daemons use for their levels.
//
// It changes no log but that of the process it is in, and writes no database.
package loglevel
