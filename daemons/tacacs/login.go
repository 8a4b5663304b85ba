package tacacs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Config is what PAM's line says, and what PAM says besides.
type Config struct {
	Servers     string // file
	Marks       string // directory, of root alone, in which one call leaves word for the next
	Process     int    // who asks: both calls for a login come from the same one
	Failthrough bool   // the next server is asked also when one refuses
	Getenv      func(string) string
	Password    io.Reader // on which PAM hands it over
	Users       Users
	Log         *slog.Logger
}

// Users are those of the switch.
type Users interface {
	// Local tells whether a user is the switch's own, whatever a server says of him.
	Local(user string) (bool, error)
	// Keep makes a user of somebody whom a server let in, with the rights of a privilege level.
	Keep(ctx context.Context, user string, level int) error
}

// ErrRefused says that a user is not let in.
var ErrRefused = errors.New("refused")

// Login asks the servers, in order, until one says yes or no. When none could be asked, Unreachable succeeds after it.
func Login(ctx context.Context, cfg Config) error {
	_ = os.Remove(cfg.mark()) // of an earlier process with the same number; without the directory there is none
	a, err := cfg.attempt()
	if err != nil {
		return err
	}
	servers, err := Load(cfg.Servers)
	if err != nil {
		return err
	}
	refused := false
	for _, s := range servers {
		accepted, err := Ask(ctx, s, a)
		switch {
		case err != nil:
			cfg.Log.Warn("server gives no answer", "server", s.Address, "user", a.User, "err", err)
			continue
		case accepted:
			cfg.Log.Info("user accepted", "server", s.Address, "user", a.User, "from", a.From)
			return cfg.welcome(ctx, s, a)
		}
		cfg.Log.Info("user refused", "server", s.Address, "user", a.User, "from", a.From)
		refused = true
		if !cfg.Failthrough {
			break
		}
	}
	if refused {
		return ErrRefused
	}
	return errors.Join(errors.New("no server gives an answer"), cfg.leaveWord())
}

// welcome makes a user of the switch of whom a server accepted, with the rights that the server gives him: a shell session is authorized, as a
// command is (RFC 8907 section 6), and the answer has his level.
func (cfg Config) welcome(ctx context.Context, s Server, a Attempt) error {
	local, err := cfg.Users.Local(a.User)
	if err != nil || local {
		return err
	}
	g, err := Authorize(ctx, s, Task{User: a.User, Terminal: a.Terminal, From: a.From, Arguments: []string{"service=shell", "cmd="}})
	if err != nil {
		return err
	}
	if !g.Allowed {
		return fmt.Errorf("%w: the server lets %s not have a shell: %q", ErrRefused, a.User, g.Text)
	}
	return cfg.Users.Keep(ctx, a.User, level(g.Value("priv-lvl")))
}

// Keep makes a user of the switch of whom RADIUS accepted. pam_radius_auth left the level of Management-Privilege-Level (RFC 5607 section 6.4)
// in the environment, if the server gave one.
func Keep(ctx context.Context, cfg Config) error {
	user := cfg.Getenv("PAM_USER")
	local, err := cfg.Users.Local(user)
	if err != nil || local {
		return err
	}
	return cfg.Users.Keep(ctx, user, level(cfg.Getenv("Privilege")))
}

// level is what a server says; what cannot be understood gives the least.
func level(text string) int {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || n > 15 {
		return privUser
	}
	return int(n)
}

// Unreachable tells whether the login before could not ask anyone. A word that is there is taken away: it is for one login.
func Unreachable(_ context.Context, cfg Config) error {
	if err := os.Remove(cfg.mark()); err != nil {
		return ErrRefused
	}
	return nil
}

func (cfg Config) mark() string { return filepath.Join(cfg.Marks, strconv.Itoa(cfg.Process)) }

func (cfg Config) leaveWord() error {
	if err := os.MkdirAll(cfg.Marks, 0o700); err != nil {
		return fmt.Errorf("leave word: %w", err)
	}
	f, err := os.OpenFile(cfg.mark(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("leave word: %w", err)
	}
	return f.Close()
}

// attempt reads who wants to log in (pam_exec(8)). The password ends with a NUL.
func (cfg Config) attempt() (Attempt, error) {
	const longest = 1024
	b, err := io.ReadAll(io.LimitReader(cfg.Password, longest))
	if err != nil {
		return Attempt{}, fmt.Errorf("read password: %w", err)
	}
	password, _, _ := strings.Cut(string(b), "\x00")
	a := Attempt{User: cfg.Getenv("PAM_USER"), Password: password, Terminal: cfg.Getenv("PAM_TTY"), From: cfg.Getenv("PAM_RHOST")}
	return a, a.check()
}
