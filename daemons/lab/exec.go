package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

// Command prepares a program to run on a node: in its namespace, and on a switch with the product's programs in PATH.
// The caller sets its streams and hands it to Run.
func (l *Lab) Command(ctx context.Context, node, name string, args ...string) (*exec.Cmd, error) {
	path, err := l.find(node, name)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), l.nodeEnvironment(node)...)
	return cmd, nil
}

// Run starts a prepared program in a node's namespace and waits for its end.
func (l *Lab) Run(node string, cmd *exec.Cmd) error {
	return namespace.Do(l.Namespace(node), cmd.Run)
}

// Output runs a program on a node and returns what it prints; when it fails, the error carries its complaint.
func (l *Lab) Output(ctx context.Context, node, name string, args ...string) (string, error) {
	cmd, err := l.Command(ctx, node, name, args...)
	if err != nil {
		return "", err
	}
	var out, complaint strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := l.Run(node, cmd); err != nil {
		return out.String(), fmt.Errorf("%s on %s: %w: %s", name, node, err, strings.TrimSpace(complaint.String()))
	}
	return out.String(), nil
}

// Show runs a program on a switch and copies what it prints.
func (l *Lab) Show(ctx context.Context, sw string, out io.Writer, name string, args ...string) error {
	cmd, err := l.Command(ctx, sw, name, args...)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = out, out
	if err := l.Run(sw, cmd); err != nil {
		return fmt.Errorf("%s %s on %s: %w", name, strings.Join(args, " "), sw, err)
	}
	return nil
}

// Become replaces the calling program by one on a node. It returns only when that is impossible.
func (l *Lab) Become(node, name string, args ...string) error {
	path, err := l.find(node, name)
	if err != nil {
		return err
	}
	runtime.LockOSThread() // exec keeps the namespace of the thread that calls it
	defer runtime.UnlockOSThread()
	if err := namespace.Enter(l.Namespace(node)); err != nil {
		return err
	}
	env := replaceIn(os.Environ(), l.nodeEnvironment(node))
	return fmt.Errorf("run %s: %w", name, syscall.Exec(path, append([]string{name}, args...), env))
}

// find looks for a program as the node sees it.
func (l *Lab) find(node, name string) (string, error) {
	if !l.hasNode(node) {
		return "", fmt.Errorf("lab %s has no node %s", l.Topology.Name, node)
	}
	if _, isSwitch := l.Topology.Switch(node); isSwitch && !strings.Contains(name, "/") {
		if path, err := exec.LookPath(l.Program(name)); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrDot) {
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	return path, nil
}

// nodeEnvironment is what a node adds to the environment.
func (l *Lab) nodeEnvironment(node string) []string {
	env := []string{"PS1=" + node + "# "}
	if _, isSwitch := l.Topology.Switch(node); isSwitch {
		env = append(env, l.environment(node)...)
	}
	return env
}

// replaceIn puts variables into an environment, in place of those of the same name.
func replaceIn(env, variables []string) []string {
	kept := slices.DeleteFunc(env, func(old string) bool {
		name, _, _ := strings.Cut(old, "=")
		return slices.ContainsFunc(variables, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	})
	return append(kept, variables...)
}
