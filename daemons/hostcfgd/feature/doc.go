// Package feature has systemd run the services that FEATURE of CONFIG_DB enables, and tells in FEATURE of STATE_DB which run.
//
// It starts nothing itself, configures no service, and leaves alone what FEATURE does not name.
package feature
