// Package command is the command line of heddle-lab.
//
// It never does anything to a lab itself; package lab does.
package command
