// Package remoteuser makes users of the switch of people whom a TACACS+ or RADIUS server let in: an account without a password, in the groups
// that the server's privilege level gives. It is marked as SONiC marks it, so that everybody can tell it from the switch's own.
//
// sshd wants to know a user before it asks for a password. The name service module in nss tells it how the account will be; both get the number
// of the user from his name alone, so that they agree. The package never touches a user that it has not made, and never removes one.
package remoteuser
