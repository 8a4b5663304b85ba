// Package tacacs asks TACACS+ servers (RFC 8907) whether a user may log in. It is the work of tacacs-login, which PAM starts: Debian has no
// module of its own for that.
//
// It authenticates only. Authorization and accounting are not asked for, and nobody is made a user of the switch.
package tacacs
