// Command tacacs-login is started by PAM, and ends well when a TACACS+ server lets the user in. With --unreachable it tells whether the
// call before could not ask any server, with --keep it makes a user of whom RADIUS let in, and with --session it tells of a session.
package main

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"log/syslog"
	"os"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/program"
	"github.com/heddle-nos/heddle/daemons/tacacs"
	"github.com/heddle-nos/heddle/daemons/tacacs/broker"
	"github.com/heddle-nos/heddle/daemons/tacacs/remoteuser"
	"github.com/heddle-nos/heddle/internal/paths"
)

func main() {
	cfg := tacacs.Config{
		Servers: "/etc/tacplus_nss.conf", Marks: "/run/tacacs-login", Process: os.Getppid(), Getenv: os.Getenv, Password: os.Stdin,
	}
	sessions := broker.Client{Socket: paths.FromEnv().Socket(broker.Name)}
	flag.StringVar(&cfg.Servers, "servers", cfg.Servers, "`file` of the servers")
	flag.StringVar(&sessions.Socket, "socket", sessions.Socket, "unix `socket` of who is told of sessions")
	flag.BoolVar(&cfg.Failthrough, "failthrough", false, "ask the next server also when one refuses")
	unreachable := flag.Bool("unreachable", false, "tell whether no server could be asked")
	keep := flag.Bool("keep", false, "make a user of whom another server let in")
	session := flag.Bool("session", false, "tell that a session begins or ends")
	flag.Parse()
	var out io.Writer = io.Discard // a container may have no log
	if w, err := syslog.New(syslog.LOG_AUTHPRIV|syslog.LOG_NOTICE, "tacacs-login"); err == nil {
		out = w
	}
	cfg.Log = slog.New(slog.NewTextHandler(out, nil))
	cfg.Users = remoteuser.Keeper{Passwd: "/etc/passwd", Group: "/etc/group", Run: program.Run, Log: cfg.Log}
	run := tacacs.Login
	switch {
	case *unreachable:
		run = tacacs.Unreachable
	case *keep:
		run = tacacs.Keep
	case *session:
		run = sessions.TellSession
	}
	if err := run(context.Background(), cfg); err != nil {
		cfg.Log.Info("ends badly", "err", err)
		os.Exit(1)
	}
}
