// Package techsupport packs what a supporter asks for into one archive: the databases, the output of show commands, logs, saved
// configuration, the kernel's and the processes' state. Secrets are masked. What cannot be had is listed in the archive and stops nothing.
package techsupport
