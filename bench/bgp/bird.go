package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/bench/cost"
	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

//go:embed bird.yaml
var birdYAML []byte

//go:embed bird.conf
var birdConf []byte

func bird() contestant { return contestant{name: "bird", topology: birdYAML, start: startBIRD} }

func startBIRD(ctx context.Context, l *lab.Lab, _ load) (subject, error) {
	path, err := exec.LookPath("bird")
	if err != nil {
		return subject{}, fmt.Errorf("Debian's bird2 is needed: %w", err)
	}
	dir, err := os.MkdirTemp("", "bird")
	if err != nil {
		return subject{}, err
	}
	config, socket := filepath.Join(dir, "bird.conf"), filepath.Join(dir, "bird.ctl")
	if err := os.WriteFile(config, birdConf, 0o644); err != nil {
		return subject{}, errors.Join(err, os.RemoveAll(dir))
	}
	cmd := exec.Command(path, "-f", "-c", config, "-s", socket)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := namespace.Do(l.Namespace(dut), cmd.Start); err != nil {
		return subject{}, errors.Join(err, os.RemoveAll(dir))
	}
	end := func() error {
		err := cmd.Process.Kill()
		_ = cmd.Wait() // killed
		return errors.Join(err, os.RemoveAll(dir))
	}
	p := birdProbe(socket)
	for {
		if _, err = p.count(ctx); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return subject{}, errors.Join(fmt.Errorf("start BIRD: %w: %s", err, complaint.String()), end())
		case <-time.After(20 * time.Millisecond):
		}
	}
	process := cost.Process{Name: "bird", PID: cmd.Process.Pid}
	return subject{
		probes:    []probe{p, kernelProbe(process.PID)},
		processes: func(context.Context) ([]cost.Process, error) { return []cost.Process{process}, nil },
		close:     end,
	}, nil
}

// birdProbe counts the prefixes that BIRD has imported from the peer, which it knows without looking at its table.
func birdProbe(socket string) probe {
	return probe{inRIB, func(ctx context.Context) (int, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		if err != nil {
			return 0, err
		}
		defer conn.Close()
		if end, ok := ctx.Deadline(); ok {
			if err := conn.SetDeadline(end); err != nil {
				return 0, err
			}
		}
		if _, err := conn.Write([]byte("show protocols all peer\n")); err != nil {
			return 0, err
		}
		return imported(bufio.NewScanner(conn))
	}}
}

// imported reads "Routes: 12 imported, ..." out of an answer, which ends with the line 0000. Without a session there is none.
func imported(lines *bufio.Scanner) (int, error) {
	n := 0
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) > 0 && strings.HasPrefix(words[0], "0000") {
			return n, nil
		}
		if len(words) > 2 && words[0] == "Routes:" {
			var err error
			if n, err = strconv.Atoi(words[1]); err != nil {
				return 0, fmt.Errorf("answer of BIRD: %w", err)
			}
		}
	}
	return 0, errors.Join(errors.New("answer of BIRD has no end"), lines.Err())
}
