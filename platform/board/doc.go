// Package board describes front panels: which sockets a switch has, their lanes,
// and into which ports each can be broken out. A board is data: a file of this
// project's own form (models/, compiled in, or /etc/sonic/board.yaml), or SONiC's
// platform.json with hwsku.json.
//
// It never touches hardware and knows no database.
package board
