// Command validate measures how long it takes to judge a configuration of 10,000
// rows and a change of ten rows in it, each right and wrong, and compares the
// whole with libyang's yanglint on the same models and the same data. It needs
// yanglint (Debian: libyang2-tools) for the comparison and does without it.
package main
