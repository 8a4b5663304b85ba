package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// portInitDone is the row that says that every configured port has its host interface.
const portInitDone = "PortInitDone"

// Wait returns when every switch and router serves: its daemons are ready, and a switch's ports are there.
func (l *Lab) Wait(ctx context.Context) error {
	for _, node := range l.supervised() {
		if err := l.waitNode(ctx, node); err != nil {
			return fmt.Errorf("wait for %s: %w", node, err)
		}
	}
	return nil
}

func (l *Lab) waitNode(ctx context.Context, node string) error {
	for {
		missing := l.missing(ctx, node)
		if missing == nil {
			return nil
		}
		if errors.Is(missing, errFailed) {
			return missing
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", missing, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// errFailed is what waiting does not cure.
var errFailed = errors.New("failed for good")

// missing says what a node still lacks, nil when it serves.
func (l *Lab) missing(ctx context.Context, node string) error {
	programs, err := l.Supervisor(node).Status(ctx)
	if err != nil {
		return err
	}
	for _, p := range programs {
		if p.State == supervise.Failed {
			return fmt.Errorf("%s %w: %s: %s", p.Name, errFailed, p.Exit, l.tail(node, p.Name))
		}
		if !p.Ready {
			return fmt.Errorf("%s is %s and not ready", p.Name, p.State)
		}
	}
	if _, isSwitch := l.Topology.Switch(node); !isSwitch {
		return nil
	}
	return l.portsMissing(ctx, node)
}

func (l *Lab) portsMissing(ctx context.Context, sw string) error {
	db, err := l.Database(sw)
	if err != nil {
		return err
	}
	defer db.Close()
	_, found, err := db.DB(statedb.ApplDB).Get(ctx, "PORT_TABLE", portInitDone)
	if err == nil && !found {
		err = errors.New("ports are not initialised")
	}
	return err
}

// Database opens the state database of a switch.
func (l *Lab) Database(sw string) (*statedb.Client, error) {
	config, err := statedb.LoadConfig(l.Paths(sw).DatabaseConfig())
	if err != nil {
		return nil, err
	}
	return statedb.Open(config, l.log)
}

// tail is the last line of a program's log.
func (l *Lab) tail(sw, program string) string {
	content, err := os.ReadFile(supervise.LogFile(l.Paths(sw).RunDir, program))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return lines[len(lines)-1]
}
