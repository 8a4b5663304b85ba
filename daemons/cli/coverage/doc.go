// Package coverage tells which of the documented commands of SONiC Heddle has. A usage counts as working when all words of its command,
// in each of the alternatives it gives, lead to a command of ours, which has all the long options that the usage names. What a command
// does is for its tests to prove.
package coverage
