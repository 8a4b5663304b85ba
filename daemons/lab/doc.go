// Package lab brings whole switches up on one machine: every switch in a
// namespace of its own with its daemons and a second one for its silicon, every
// host in a namespace, cables between them. The program heddle-lab and the
// end-to-end tests are made of it.
//
// It never configures a switch but through its config_db.json, and takes away
// whatever it made, also when bringing up fails half-way.
package lab
