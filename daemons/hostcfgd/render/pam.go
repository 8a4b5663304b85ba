package render

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
)

// pamCheck judges a file of /etc/pam.d: nobody else does before a login fails.
func pamCheck() *hostfile.Check { return &hostfile.Check{Func: checkPAM} }

var (
	pamControl = regexp.MustCompile(`^(required|requisite|sufficient|optional|include|substack|\[( *[a-z_]+=([a-z]+|[0-9]+))+ *\])$`)
	pamLine    = regexp.MustCompile(`^(-?(?:auth|account|password|session))\s+(\[[^\]]*\]|\S+)\s+(\S+)(?:\s.*)?$`)
)

// pamModules are where the libraries of PAM live on Debian, by architecture.
func pamModules() []string {
	return []string{"/lib/x86_64-linux-gnu/security/", "/usr/lib/x86_64-linux-gnu/security/", "/lib/aarch64-linux-gnu/security/", "/usr/lib/aarch64-linux-gnu/security/", "/lib/security/"}
}

// checkPAM refuses lines that PAM would not understand, jumps behind the last line, and modules that are not installed: each of them would
// lock everyone out.
func checkPAM(h hostfile.Host, f hostfile.File) error {
	rules := 0
	for _, l := range f.Lines {
		if pamLine.MatchString(l.Text) {
			rules++
		}
	}
	at := 0
	for i, l := range f.Lines {
		text := strings.TrimSpace(l.Text)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		m := pamLine.FindStringSubmatch(text)
		if m == nil || !pamControl.MatchString(m[2]) {
			return &hostfile.LineError{Line: i + 1, Text: fmt.Sprintf("not a line of PAM: %q", text)}
		}
		at++
		if jump := longestJump(m[2]); at+jump >= rules && jump > 0 {
			return &hostfile.LineError{Line: i + 1, Text: fmt.Sprintf("jumps over %d lines, there are %d", jump, rules-at)}
		}
		if !pamInstalled(h, m[3]) {
			return &hostfile.LineError{Line: i + 1, Text: m[3] + " is not installed"}
		}
		if p := pamProgram(text, m[3]); p != "" && !h.Exists(p) {
			return &hostfile.LineError{Line: i + 1, Text: p + " is not installed"}
		}
	}
	return nil
}

func longestJump(control string) int {
	longest := 0
	for _, m := range regexp.MustCompile(`=([0-9]+)`).FindAllStringSubmatch(control, -1) {
		n := 0
		if _, err := fmt.Sscan(m[1], &n); err == nil {
			longest = max(longest, n)
		}
	}
	return longest
}

func pamInstalled(h hostfile.Host, module string) bool {
	if !strings.HasSuffix(module, ".so") { // the name of another file
		return h.Exists("/etc/pam.d/" + module)
	}
	for _, dir := range pamModules() {
		if h.Exists(dir + module) {
			return true
		}
	}
	return false
}

// pamProgram is what a line has PAM start, "" for none.
func pamProgram(line, module string) string {
	if module != "pam_exec.so" {
		return ""
	}
	for _, w := range strings.Fields(line) {
		if strings.HasPrefix(w, "/") {
			return w
		}
	}
	return ""
}
