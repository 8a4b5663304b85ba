// Package arguments knows what the arguments of commands mean, by the names that usages give them, and which values the switch
// has for them now: its ports, VLANs, VRFs. Help by '?' and the completion of shells are made of it. It never judges a value.
package arguments
