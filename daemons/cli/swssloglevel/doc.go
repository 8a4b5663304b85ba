// Package swssloglevel is the program of that name: it sets what daemons log while they run, in CONFIG_DB LOGGER.
package swssloglevel
