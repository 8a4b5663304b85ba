package remoteuser

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// highest is the privilege level of those who may do everything (RFC 8907 section 9).
const highest = 15

// Debian's programs. PAM starts us without a PATH.
const (
	useradd = "/usr/sbin/useradd"
	usermod = "/usr/sbin/usermod"
)

// Groups that a level gives, as far as the switch has them: SONiC's, and Heddle's roles. All of them are the server's to give and take.
var (
	adminGroups    = []string{"admin", "sudo", "docker", "redis"}
	operatorGroups = []string{"operator", "redis"}
	givenGroups    = []string{"admin", "sudo", "docker", "redis", "operator", "netadmin"}
)

// Keeper keeps the accounts of a machine.
type Keeper struct {
	Passwd, Group string // files
	Run           func(ctx context.Context, env []string, argv ...string) (string, error)
	Log           *slog.Logger
}

// Local tells whether a user is the switch's own: no server says what he may do.
func (k Keeper) Local(user string) (bool, error) {
	list, err := accounts(k.Passwd)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(list, func(a account) bool { return a.name == user })
	return i >= 0 && !list[i].remote(), nil
}

// Keep makes the account of a user whom a server let in, or gives it the groups of his level. It leaves the switch's own users alone.
func (k Keeper) Keep(ctx context.Context, user string, level int) error {
	if err := CheckName(user); err != nil {
		return fmt.Errorf("make user %q: %w", user, err)
	}
	list, err := accounts(k.Passwd)
	if err != nil {
		return err
	}
	want, err := k.groups(user, level)
	if err != nil {
		return fmt.Errorf("make user %s: %w", user, err)
	}
	uid := UID(user)
	for _, a := range list {
		switch {
		case a.name == user && !a.remote():
			return nil
		case a.name == user:
			return k.regroup(ctx, a, level, want)
		case a.uid == uid: // sshd was told this number: another one would run the session as somebody else
			return fmt.Errorf("make user %s: the number %d that his name gives is that of %s; make him by hand (useradd)", user, uid, a.name)
		}
	}
	if err := k.do(ctx, useradd, "--no-log-init", "--create-home", "--home-dir", "/home/"+user, "--shell", "/bin/bash", "--uid", strconv.Itoa(uid),
		"--no-user-group", "--gid", strconv.Itoa(group), "--groups", strings.Join(want, ","), "--comment", comment(level), "--", user); err != nil {
		return fmt.Errorf("make user %s: %w", user, err)
	}
	k.Log.Info("user made", "user", user, "uid", uid, "level", level, "groups", want)
	return nil
}

// comment is SONiC's, which tells the two kinds apart.
func comment(level int) string {
	if level >= highest {
		return Mark + "_su"
	}
	return Mark
}

// regroup gives an account the groups of the level that the server has for it now.
func (k Keeper) regroup(ctx context.Context, a account, level int, want []string) error {
	now, err := k.groupsOf(a.name)
	if err != nil {
		return err
	}
	if slices.Equal(slices.Sorted(slices.Values(now)), slices.Sorted(slices.Values(want))) && a.comment == comment(level) {
		return nil
	}
	if err := k.do(ctx, usermod, "--groups", strings.Join(want, ","), "--comment", comment(level), "--", a.name); err != nil {
		return fmt.Errorf("change user %s: %w", a.name, err)
	}
	k.Log.Info("user changed", "user", a.name, "level", level, "groups", want)
	return nil
}

func (k Keeper) do(ctx context.Context, argv ...string) error {
	if said, err := k.Run(ctx, nil, argv...); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(said))
	}
	return nil
}

// groups are those of a level, and what an operator of the switch put the user into besides.
func (k Keeper) groups(user string, level int) ([]string, error) {
	members, err := k.members()
	if err != nil {
		return nil, err
	}
	give := operatorGroups
	if level >= highest {
		give = adminGroups
	}
	var out []string
	for _, g := range give {
		if _, ok := members[g]; ok {
			out = append(out, g)
		}
	}
	if len(out) == 0 || out[0] == "docker" || out[0] == "redis" {
		return nil, fmt.Errorf("the switch has none of the groups that give a role: %s", strings.Join(give[:len(give)-1], ", "))
	}
	for _, g := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(members[g], user) && !slices.Contains(givenGroups, g) {
			out = append(out, g)
		}
	}
	return out, nil
}

func (k Keeper) groupsOf(user string) ([]string, error) {
	members, err := k.members()
	var out []string
	for g, list := range members {
		if slices.Contains(list, user) {
			out = append(out, g)
		}
	}
	return out, err
}

// members reads who is in which group (group(5)).
func (k Keeper) members() (map[string][]string, error) {
	f, err := os.Open(k.Group)
	if err != nil {
		return nil, fmt.Errorf("read groups: %w", err)
	}
	defer f.Close()
	out := make(map[string][]string)
	in := bufio.NewScanner(f)
	for in.Scan() {
		if p := strings.Split(in.Text(), ":"); len(p) == 4 {
			out[p[0]] = strings.Split(p[3], ",")
		}
	}
	if in.Err() != nil {
		return nil, fmt.Errorf("read groups: %w", in.Err())
	}
	return out, nil
}
