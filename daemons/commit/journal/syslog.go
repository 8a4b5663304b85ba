package journal

import (
	"fmt"
	"net"
	"os"
	"path"
	"time"
)

// Severities and the facility of RFC 3164.
const (
	facilityUser = 1 << 3
	warning      = 4
	notice       = 5
)

// maxTime bounds how long a line may take to be said.
const maxTime = 200 * time.Millisecond

// Syslog gives what says lines to the system's log at a socket. A log that does
// not listen, or not in time, keeps no commit up.
func Syslog(socket string) func(Line) {
	return func(l Line) {
		conn, err := net.DialTimeout("unixgram", socket, maxTime)
		if err != nil {
			return // no log runs: the journal has it all the same
		}
		defer conn.Close()
		severity := notice
		if l.Refused {
			severity = warning
		}
		program := l.Author.Program
		if program == "" {
			program = path.Base(os.Args[0])
		}
		if conn.SetWriteDeadline(time.Now().Add(maxTime)) == nil {
			_, _ = fmt.Fprintf(conn, "<%d>%s %s[%d]: %s", facilityUser|severity, time.Now().Format(time.Stamp), program, os.Getpid(), l.Text)
		}
	}
}
