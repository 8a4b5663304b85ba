// Package host starts Debian's services with the files that hostcfgd writes, each in a network namespace of its own, and looks whether they
// do what CONFIG_DB says. It holds tests only.
package host
