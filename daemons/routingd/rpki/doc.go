// Package rpki asks validating caches what prefixes which AS may announce (RFC 6810, RFC 8210), and feeds what they say to a BGP speaker. It
// trusts no cache: what one sends is bounded in length, number and time, and is passed on only whole and right.
//
// GoBGP has a client of its own, which a cache can stop or bring down, and which knows neither version 1, nor timers, nor preference. Its table
// can be filled in no other way: so Validator is a cache to it, on loopback, for one connection.
//
// It judges no route, and knows no policy.
package rpki
