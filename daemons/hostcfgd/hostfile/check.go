package hostfile

import (
	"regexp"
	"strconv"
	"strings"
)

// Placeholders in the words of a check.
const (
	PlaceFile = "%file%" // the file to be judged, beside the one that it is to replace
	PlaceDir  = "%dir%"  // an empty directory of its own
)

// Check says how a file is judged before it replaces another: by a program, or by a function.
type Check struct {
	Program []string // argument vector, with placeholders
	Env     []string // likewise
	Until   string   // the program serves when the file is good and says this; it is ended then. Otherwise its exit code counts
	Without string   // lines that begin so are not shown to the program
	Bad     string   // output with this in it is a refusal too
	Needs   string   // a directory that the program wants to be there, which its service's unit makes as it starts

	Func func(h Host, f File) error // instead of Program
}

// Host is what a Func may ask of the host.
type Host interface {
	// Exists tells whether there is such a file.
	Exists(path string) bool
}

// LineError is a refusal that names a line.
type LineError struct {
	Line int
	Text string
}

func (e *LineError) Error() string { return e.Text }

var (
	lineNumber = regexp.MustCompile(`(?i)\bline:? (\d+)`)
	complaint  = regexp.MustCompile(`(?i)error|fatal|bad|invalid|unsupported|unknown|not supported`)
)

// Refusal makes an error of what a checker said: the first line that names one, or else the first complaint, without the names of our
// temporary files.
func Refusal(output, file string) error {
	said, complained := "", false
	for _, l := range strings.Split(output, "\n") {
		l = strings.TrimSpace(strings.ReplaceAll(l, file, "the file"))
		if m := lineNumber.FindStringSubmatch(l); m != nil {
			n, _ := strconv.Atoi(m[1]) // digits
			return &LineError{Line: n, Text: clip(l)}
		}
		bad := complaint.MatchString(l)
		if l != "" && (said == "" || bad && !complained) {
			said, complained = l, bad
		}
	}
	if said == "" {
		said = "without a word"
	}
	return &LineError{Text: clip(said)}
}

func clip(s string) string {
	const most = 300
	if len(s) > most {
		s = s[:most] + "..."
	}
	return strings.ToValidUTF8(s, "?")
}
