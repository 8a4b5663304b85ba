// Package offload follows which routes the ASIC has: the rows that orchagent keeps in APPL_STATE_DB, and what it says of each change on the
// response channel. It is asked to only while somebody wants to know, and decides nothing.
package offload
