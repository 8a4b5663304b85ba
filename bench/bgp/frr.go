package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"

	"github.com/heddle-nos/heddle/bench/cost"
	"github.com/heddle-nos/heddle/daemons/lab"
)

//go:embed frr.yaml
var frrYAML []byte

//go:embed frr.conf
var frrConf []byte

func frr() contestant {
	return contestant{name: "frr", topology: frrYAML, frr: frrConf, start: startFRR}
}

func startFRR(ctx context.Context, l *lab.Lab, _ load) (subject, error) {
	list, err := supervised(ctx, l)
	if err != nil {
		return subject{}, err
	}
	pid, err := find(list, "zebra")
	if err != nil {
		return subject{}, err
	}
	return subject{
		probes:    []probe{bgpdProbe(filepath.Join(l.Paths(dut).RunDir, "bgpd.vty")), kernelProbe(pid)},
		processes: func(ctx context.Context) ([]cost.Process, error) { return supervised(ctx, l) },
		close:     func() error { return nil },
	}, nil
}

// bgpdProbe counts the prefixes that bgpd has accepted from the peer, which it knows without looking at its table.
func bgpdProbe(socket string) probe {
	return probe{inRIB, func(ctx context.Context) (int, error) {
		text, err := askFRR(ctx, socket, "show bgp ipv4 unicast summary json")
		if err != nil {
			return 0, err
		}
		var summary struct {
			Peers map[string]struct {
				PfxRcd int `json:"pfxRcd"`
			} `json:"peers"`
		}
		if err := json.Unmarshal(text, &summary); err != nil {
			return 0, fmt.Errorf("summary of bgpd: %w", err)
		}
		return summary.Peers[peerAddr].PfxRcd, nil
	}}
}

// askFRR gives a daemon one command, as vtysh does: the command and a NUL; the answer, three NULs and a status.
func askFRR(ctx context.Context, socket, command string) ([]byte, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return nil, err
		}
	}
	for _, c := range []string{"enable", command} {
		if _, err := conn.Write(append([]byte(c), 0)); err != nil {
			return nil, err
		}
		answer, err := readAnswer(conn)
		if err != nil || c == command {
			return answer, err
		}
	}
	return nil, errors.New("no answer")
}

func readAnswer(conn net.Conn) ([]byte, error) {
	var answer []byte
	chunk := make([]byte, 4096)
	for {
		n, err := conn.Read(chunk)
		answer = append(answer, chunk[:n]...)
		if end := bytes.Index(answer, []byte{0, 0, 0}); end >= 0 && len(answer) > end+3 {
			return answer[:end], nil
		}
		if err != nil {
			return nil, fmt.Errorf("answer of FRR: %w", err)
		}
	}
}
