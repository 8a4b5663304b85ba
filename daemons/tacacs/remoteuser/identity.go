package remoteuser

import (
	"bufio"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Mark begins the comment of each account, as SONiC has it.
const Mark = "remote_user"

const (
	firstUID = 0x70000000 // above what systemd and Debian give away, below the numbers that some programs take for negative
	countUID = 0x10000000
	group    = 100 // Debian's users
)

var name = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,31}$`)

// CheckName refuses names that cannot be a user of the switch.
func CheckName(s string) error {
	if !name.MatchString(s) {
		return errors.New("not a name of a user: a letter, then at most 31 letters, digits, '_', '.' and '-'")
	}
	return nil
}

// UID is the number of a user, by his name.
func UID(user string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(user)) // never fails
	return firstUID + int(h.Sum32()%countUID)
}

// account is a line of /etc/passwd.
type account struct {
	name, comment string
	uid           int
}

func (a account) remote() bool { return strings.HasPrefix(a.comment, Mark) }

// accounts reads a file in passwd's format (passwd(5)).
func accounts(path string) ([]account, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	defer f.Close()
	var out []account
	in := bufio.NewScanner(f)
	for in.Scan() {
		p := strings.Split(in.Text(), ":")
		if len(p) < 7 {
			continue
		}
		if uid, err := strconv.Atoi(p[2]); err == nil {
			out = append(out, account{name: p[0], uid: uid, comment: p[4]})
		}
	}
	if in.Err() != nil {
		return nil, fmt.Errorf("read users: %w", in.Err())
	}
	return out, nil
}

// Is tells whether a user is one of those that were made here. One that nobody knows is not.
func Is(uid int) bool {
	list, err := accounts("/etc/passwd")
	if err != nil {
		return false
	}
	for _, a := range list {
		if a.uid == uid {
			return a.remote()
		}
	}
	return false
}
