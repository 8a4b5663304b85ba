package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/program"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
)

// Machine is the one that the process runs on.
type Machine struct{ Passwd, Shadow, Grub string }

// Here is this machine.
func Here() Machine {
	return Machine{Passwd: "/etc/passwd", Shadow: "/etc/shadow", Grub: "/boot/grub/grub.cfg"}
}

// SetHostname gives the kernel its name.
func (Machine) SetHostname(name string) error {
	if now, err := os.Hostname(); err == nil && now == name {
		return nil
	}
	if err := unix.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("set host name %s: %w", name, err)
	}
	return nil
}

// UpdateBoot has GRUB take what /etc/default/grub.d says, where GRUB boots the machine.
func (m Machine) UpdateBoot(ctx context.Context) error {
	for _, needed := range []string{m.Grub, grubUpdate} {
		if _, err := os.Stat(needed); err != nil {
			return nil
		}
	}
	if said, err := program.Run(ctx, nil, grubUpdate); err != nil {
		return fmt.Errorf("update boot loader: %w: %s", err, strings.TrimSpace(said))
	}
	return nil
}

const grubUpdate = "/usr/sbin/update-grub"

// UserName gives a user's name.
func UserName(uid int) (string, error) {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return "", fmt.Errorf("look up user %d: %w", uid, err)
	}
	return u.Username, nil
}

// Users of people, by Debian's policy (UID_MIN and UID_MAX of login.defs).
const (
	firstUser = 1000
	lastUser  = 59999
)

// SetAges bounds the passwords of the users that there are already; those to come take login.defs.
func (m Machine) SetAges(ctx context.Context, ages render.Ages) error {
	users, err := m.outdated(ages)
	if err != nil {
		return err
	}
	for _, u := range users {
		said, err := program.Run(ctx, nil, "chage", "-M", strconv.Itoa(ages.Max), "-W", strconv.Itoa(ages.Warn), "--", u)
		if err != nil {
			return fmt.Errorf("bound password of %s: %w: %s", u, err, strings.TrimSpace(said))
		}
	}
	return nil
}

// outdated lists the users whose passwords have other bounds.
func (m Machine) outdated(ages render.Ages) ([]string, error) {
	people, err := m.people()
	if err != nil {
		return nil, err
	}
	shadow, err := os.ReadFile(m.Shadow)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read ages of passwords: %w", err)
	}
	var out []string
	for _, l := range strings.Split(string(shadow), "\n") {
		f := strings.Split(l, ":")
		if len(f) < 6 || !people[f[0]] || strings.HasPrefix(f[1], "!") || strings.HasPrefix(f[1], "*") {
			continue // one without a password has none that could grow old
		}
		if f[4] != strconv.Itoa(ages.Max) || f[5] != strconv.Itoa(ages.Warn) {
			out = append(out, f[0])
		}
	}
	return out, nil
}

func (m Machine) people() (map[string]bool, error) {
	text, err := os.ReadFile(m.Passwd)
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	out := make(map[string]bool)
	for _, l := range strings.Split(string(text), "\n") {
		f := strings.Split(l, ":")
		if len(f) < 3 {
			continue
		}
		if id, err := strconv.Atoi(f[2]); err == nil && id >= firstUser && id <= lastUser {
			out[f[0]] = true
		}
	}
	return out, nil
}
