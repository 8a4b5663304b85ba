package vtysh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// patience bounds an answer: a table of a million routes takes FRR a while.
const patience = time.Minute

// ErrAbsent says that the switch has no FRR.
var ErrAbsent = errors.New("FRR is not installed on this switch")

// Ask puts one question, such as "show evpn es", and gives FRR's answer.
func Ask(ctx context.Context, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, "vtysh", "-c", question)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", ErrAbsent
	case err != nil:
		said, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		if said == "" {
			said = err.Error()
		}
		if strings.Contains(said, "failed to connect to any daemons") {
			return "", fmt.Errorf("%w, or does not run", ErrAbsent)
		}
		return "", fmt.Errorf("ask FRR: %s", said)
	}
	return out.String(), nil
}
