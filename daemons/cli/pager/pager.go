package pager

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// Pager holds output back until it is longer than the screen; then a program gets it.
type Pager struct {
	out    io.Writer
	height int // lines of the screen
	argv   []string
	env    []string

	held    bytes.Buffer
	lines   int
	program *exec.Cmd
	input   io.WriteCloser
	gone    bool // the operator has left the program
}

// For makes the pager of a file, or nil where none is wanted: the file is no terminal, or the operator chose no program ("" or "cat").
func For(file *os.File, environ []string, lookup func(string) (string, bool)) *Pager {
	if !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	_, height, err := term.GetSize(int(file.Fd()))
	argv := program(lookup)
	if err != nil || argv == nil {
		return nil
	}
	return newPager(file, height, argv, environ)
}

func newPager(out io.Writer, height int, argv, environ []string) *Pager {
	return &Pager{out: out, height: height, argv: argv, env: append(environ, "LESS=FRX")}
}

// program gives the words of the pager's command line.
func program(lookup func(string) (string, bool)) []string {
	for _, name := range []string{"HEDDLE_PAGER", "PAGER"} {
		if v, ok := lookup(name); ok {
			if words := strings.Fields(v); len(words) > 0 && words[0] != "cat" {
				return words
			}
			return nil
		}
	}
	return []string{"less"}
}

// Write holds output back, or passes it to the program. After the operator has left the program it accepts and drops everything: that is no
// failure of the command.
func (p *Pager) Write(b []byte) (int, error) {
	if p.gone {
		return len(b), nil
	}
	if p.program == nil {
		p.held.Write(b)
		p.lines += bytes.Count(b, []byte{'\n'})
		if p.lines < p.height {
			return len(b), nil
		}
		if err := p.start(); err != nil {
			return 0, err
		}
		b = p.held.Bytes()
	}
	return len(b), p.pass(b)
}

func (p *Pager) pass(b []byte) error {
	_, err := p.input.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		p.gone = true
		return nil
	}
	return err
}

// start runs the program. Where it cannot be run, output goes to the terminal as it is.
func (p *Pager) start() error {
	cmd := exec.Command(p.argv[0], p.argv[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = p.out, os.Stderr, p.env
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start pager %s: %w", p.argv[0], err)
	}
	p.program, p.input = cmd, in
	if err := cmd.Start(); err != nil {
		p.program, p.input = &exec.Cmd{}, plain{p.out}
	}
	return nil
}

// plain is the terminal in place of a program.
type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// Close shows what was held back, or waits until the operator leaves the program.
func (p *Pager) Close() error {
	if p.program == nil {
		_, err := p.out.Write(p.held.Bytes())
		return err
	}
	err := p.input.Close()
	if p.program.Process != nil {
		err = errors.Join(err, p.program.Wait())
	}
	return err
}
