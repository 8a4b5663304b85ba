package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"

	api "github.com/osrg/gobgp/v3/api"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/bench/cost"
	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

//go:embed heddle.yaml
var heddleYAML []byte

func heddle() contestant { return contestant{name: "heddle", topology: heddleYAML, start: startHeddle} }

// withholding is Heddle with suppress-fib-pending: BGP waits for the ASIC's answer about each prefix before it tells others.
func withholding() contestant {
	c := heddle()
	c.name = "heddle-suppress"
	c.topology = bytes.Replace(heddleYAML, []byte("bgp_asn:"), []byte("suppress-fib-pending: enabled, bgp_asn:"), 1)
	return c
}

func startHeddle(ctx context.Context, l *lab.Lab, what load) (subject, error) {
	db, err := l.Database(dut)
	if err != nil {
		return subject{}, err
	}
	conn, err := grpc.Dial("unix://"+l.Paths(dut).Socket("gobgp"), grpc.WithTransportCredentials(insecure.NewCredentials())) //nolint:staticcheck // of this version
	if err != nil {
		return subject{}, errors.Join(err, db.Close())
	}
	closeAll := func() error { return errors.Join(conn.Close(), db.Close()) }
	list, err := supervised(ctx, l)
	if err != nil {
		return subject{}, errors.Join(err, closeAll())
	}
	pid, err := find(list, "routingd")
	if err != nil {
		return subject{}, errors.Join(err, closeAll())
	}
	before, after, err := rowName(ctx, db.DB(statedb.AsicDB).Redis())
	if err != nil {
		return subject{}, errors.Join(err, closeAll())
	}
	return subject{
		probes:    []probe{acceptedProbe(api.NewGobgpApiClient(conn)), rowsInAppl(db, what), rowsInASIC(db, what, before, after), kernelProbe(pid)},
		processes: func(ctx context.Context) ([]cost.Process, error) { return supervised(ctx, l) },
		close:     closeAll,
	}, nil
}

func find(list []cost.Process, name string) (int, error) {
	for _, p := range list {
		if p.Name == name {
			return p.PID, nil
		}
	}
	return 0, fmt.Errorf("no %s runs", name)
}

// acceptedProbe counts the prefixes that GoBGP has accepted from the peer.
func acceptedProbe(client api.GobgpApiClient) probe {
	return probe{inRIB, func(ctx context.Context) (int, error) {
		stream, err := client.ListPeer(ctx, &api.ListPeerRequest{Address: peerAddr})
		if err != nil {
			return 0, err
		}
		accepted := 0
		for {
			r, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				return accepted, nil
			}
			if err != nil {
				return 0, err
			}
			for _, family := range r.GetPeer().GetAfiSafis() {
				accepted += int(family.GetState().GetAccepted())
			}
		}
	}}
}

// rowName tells what stands before and after the prefix in the name of a route's row.
func rowName(ctx context.Context, db *redis.Client) (before, after string, err error) {
	rows := db.Scan(ctx, 0, "ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:*", 1000).Iterator()
	for rows.Next(ctx) {
		before, rest, ok := strings.Cut(rows.Val(), `"dest":"`)
		_, after, closed := strings.Cut(rest, `"`)
		if ok && closed {
			return before + `"dest":"`, `"` + after, nil
		}
	}
	return "", "", errors.Join(rows.Err(), errors.New("the switch has no route to show how its rows are named"))
}
