// Package tacacs asks TACACS+ servers (RFC 8907) whether a user may log in and what he may do, and tells them what he did. It is the work of
// tacacs-login, which PAM starts, since Debian has no module of its own for that; and of broker, which programs ask about commands.
//
// It does not say who is asked about, nor what follows from an answer beyond a login.
package tacacs
