package commit

import "strings"

// Author is who changes the configuration, and from where.
type Author struct {
	User    string `json:"user"`              // the person, also behind sudo
	As      string `json:"as,omitempty"`      // the account the program runs as, where that is another
	UID     int    `json:"uid"`               // of the person
	From    string `json:"from,omitempty"`    // address of the remote end, or the terminal
	Program string `json:"program"`           // config, cfgmgrd, gnmid
	Command string `json:"command,omitempty"` // what was typed
}

// String names the person and the place: "alice (192.0.2.7)".
func (a Author) String() string {
	user := a.User
	if user == "" {
		user = "unknown"
	}
	if a.From == "" {
		return user
	}
	return user + " (" + strings.TrimSpace(a.From) + ")"
}
