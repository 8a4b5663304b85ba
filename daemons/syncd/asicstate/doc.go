// Package asicstate is the part of ASIC_DB that syncd owns: the rows of what
// the ASIC holds, the id hashes, the answers to clients and the notifications.
// Changes gather in Writes, which go to Redis in one transaction together with
// the acknowledgement of the requests that caused them; Load reads everything
// back when syncd starts.
//
// It never interprets an attribute and never talks to a driver.
package asicstate
