// Package role says what a person may do to the configuration, by the Unix groups he is in: admin everything, netadmin all but who may log in and
// what runs on the switch, operator nothing but look and clear counters. It decides and does nothing else; the kernel's permissions on the database's
// socket are what keeps others away from it.
package role
