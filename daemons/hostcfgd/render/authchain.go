package render

import (
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
)

// authChain is the stack of PAM's modules that authenticate, in order. Whoever accepts the user ends it by a jump to the last line; who
// refuses him ends it too, unless the operator lets the next one try (failthrough). One that cannot be asked is passed over.
type authChain struct {
	failthrough, debug bool
	lines              []authLine
	hasLocal           bool
}

type authLine struct {
	module   string
	plain    string // the whole control, instead of the one made for the module
	newcomer bool   // whom it accepts may have no account yet
}

func (c *authChain) add(module string) {
	if c.debug {
		module += " debug"
	}
	c.lines = append(c.lines, authLine{module: module})
}

func (c *authChain) local() {
	c.hasLocal = true
	c.lines = append(c.lines, authLine{module: "pam_unix.so nullok try_first_pass"})
}

// tacacs has a program of ours ask the servers; PAM hands it the password. PAM learns only yes or no from it, so a second call tells whether
// anyone could be asked.
func (c *authChain) tacacs() {
	ask := "pam_exec.so quiet expose_authtok " + tacacsHelp
	if c.failthrough {
		c.lines = append(c.lines, authLine{module: ask + " --failthrough"})
		return
	}
	c.lines = append(c.lines, authLine{module: ask}, authLine{module: "pam_exec.so quiet " + tacacsHelp + " --unreachable", plain: "[success=ignore default=die]"})
}

func (c *authChain) radius(servers []radiusServer) {
	for _, s := range servers {
		c.add(fmt.Sprintf("pam_radius_auth.so conf=%s retry=%d try_first_pass privilege_level", s.file(), s.retransmit))
		c.lines[len(c.lines)-1].newcomer = true
	}
}

// write gives the stack its controls. root is a local user alone: a server that went wrong must not take the switch away.
func (c *authChain) write(t *hostfile.Text) {
	n := len(c.lines)
	last := 1 // lines at the end that those who are accepted go through
	if slices.ContainsFunc(c.lines, func(l authLine) bool { return l.newcomer }) {
		last = 2
	}
	t.Add("auth [success=ignore default=2] pam_succeed_if.so quiet uid eq 0")
	t.Add("auth [success=%d default=ignore] pam_unix.so nullok try_first_pass", n+1+last)
	t.Add("auth requisite pam_deny.so")
	for i, l := range c.lines {
		to := n - i + last - 1
		if l.newcomer {
			to = n - i
		}
		control := l.plain
		if control == "" {
			refused := " auth_err=die maxtries=die"
			if c.failthrough || i == n-1 {
				refused = ""
			}
			control = fmt.Sprintf("[success=%d new_authtok_reqd=%d%s default=ignore]", to, to, refused)
		}
		t.Add("auth %s %s", control, l.module)
	}
	t.Add("auth requisite pam_deny.so")
	if last == 2 {
		t.Add("auth requisite pam_exec.so quiet %s --keep", tacacsHelp)
	}
	t.Add("auth required pam_permit.so")
}
