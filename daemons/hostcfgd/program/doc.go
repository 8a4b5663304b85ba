// Package program starts the programs that there is no library for: the services' own checkers, systemctl and chage. Always by an
// argument vector, with an end to their time and to what they may say.
//
// It knows no service: what to start and what the answer means is said by the caller.
package program
