// Package speaker runs GoBGP: one *server.BgpServer per VRF, as bgpconf says. Apply takes a new Desired at any time without waiting; the
// goroutine in Run compares it with what runs and makes the fewest calls that lead there, so that a session whose own settings did not
// change is never reset. What GoBGP refuses is kept with its peer and tried again.
//
// It reads no database and programs no route. GoBGP's Serve loop has no end, so a stopped speaker's goroutine stays until the process
// ends; it owns no session, no socket and no routes then.
package speaker
