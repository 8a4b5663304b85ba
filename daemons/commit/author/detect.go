package author

import (
	"bytes"
	"fmt"
	"io/fs"
	"os/user"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/commit"
)

// ancestors bounds how far up the tree of processes is looked.
const ancestors = 16

// Process is what is asked about.
type Process struct {
	Program string
	Command string // what was typed
	UID     int
	Getenv  func(string) string
	Proc    fs.FS // /proc
}

// Detect finds the author.
func Detect(p Process) commit.Author {
	a := commit.Author{UID: p.UID, User: name(p.UID), Program: p.Program, Command: p.Command}
	if uid, ok := p.person(); ok && uid != p.UID {
		a.As, a.UID, a.User = a.User, uid, name(uid)
	}
	a.From = p.place()
	return a
}

// name gives a user's name, or his number where he has none.
func name(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}

// noLogin is the login of processes that nobody logged in for.
const noLogin = 1<<32 - 1

// person is who logged in: the kernel keeps it through su and sudo, and where
// it does not, sudo tells.
func (p Process) person() (int, bool) {
	if text, err := fs.ReadFile(p.Proc, "self/loginuid"); err == nil {
		if uid, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32); err == nil && uid != noLogin {
			return int(uid), true
		}
	}
	uid, err := strconv.ParseUint(p.Getenv("SUDO_UID"), 10, 31)
	return int(uid), err == nil
}

// place is the remote end of the connection, else the terminal. sudo takes the
// connection out of the environment; the shell above still has it.
func (p Process) place() string {
	if from := client(p.Getenv("SSH_CONNECTION")); from != "" {
		return from
	}
	terminal := ""
	pid := "self"
	for range ancestors {
		environment, _ := fs.ReadFile(p.Proc, pid+"/environ")
		for pair := range bytes.SplitSeq(environment, []byte{0}) {
			if v, ok := bytes.CutPrefix(pair, []byte("SSH_CONNECTION=")); ok && client(string(v)) != "" {
				return client(string(v))
			}
		}
		if parent, tty := p.status(pid); parent > 1 {
			pid = strconv.Itoa(parent)
			if terminal == "" {
				terminal = tty
			}
		} else {
			break
		}
	}
	return terminal
}

// client gives the address of "192.0.2.7 50000 192.0.2.1 22".
func client(connection string) string {
	address, _, _ := strings.Cut(connection, " ")
	return address
}

// Parts of the device number of a terminal (major 136 to 143: pseudo terminals).
const (
	firstPTS, lastPTS = 136, 143
	majorTTY          = 4
	firstSerial       = 64
)

// status reads parent and terminal of a process from its stat line, behind the
// name in parentheses, which may hold anything.
func (p Process) status(pid string) (parent int, tty string) {
	text, err := fs.ReadFile(p.Proc, pid+"/stat")
	if err != nil {
		return 0, ""
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 5 {
		return 0, ""
	}
	parent, _ = strconv.Atoi(fields[1])
	device, _ := strconv.Atoi(fields[4])
	major, minor := device>>8&0xfff, device&0xff|device>>12&0xfff00
	switch {
	case major >= firstPTS && major <= lastPTS:
		tty = fmt.Sprintf("pts/%d", (major-firstPTS)<<8|minor)
	case major == majorTTY && minor >= firstSerial:
		tty = fmt.Sprintf("ttyS%d", minor-firstSerial)
	case major == majorTTY:
		tty = fmt.Sprintf("tty%d", minor)
	}
	return parent, tty
}
