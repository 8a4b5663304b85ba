// Command tacacs-login is started by PAM, and ends well when a TACACS+ server lets the user in. With --unreachable it tells whether the
// call before could not ask any server.
package main

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"log/syslog"
	"os"

	"github.com/heddle-nos/heddle/daemons/tacacs"
)

func main() {
	cfg := tacacs.Config{
		Servers: "/etc/tacplus_nss.conf", Marks: "/run/tacacs-login", Process: os.Getppid(), Getenv: os.Getenv, Password: os.Stdin,
	}
	flag.StringVar(&cfg.Servers, "servers", cfg.Servers, "`file` of the servers")
	flag.BoolVar(&cfg.Failthrough, "failthrough", false, "ask the next server also when one refuses")
	unreachable := flag.Bool("unreachable", false, "tell whether no server could be asked")
	flag.Parse()
	var out io.Writer = io.Discard // a container may have no log
	if w, err := syslog.New(syslog.LOG_AUTHPRIV|syslog.LOG_NOTICE, "tacacs-login"); err == nil {
		out = w
	}
	cfg.Log = slog.New(slog.NewTextHandler(out, nil))
	var err error
	if *unreachable {
		err = tacacs.Unreachable(cfg)
	} else {
		err = tacacs.Login(context.Background(), cfg)
	}
	if err != nil {
		cfg.Log.Info("not let in", "err", err)
		os.Exit(1)
	}
}
