package speaker

import (
	"context"
	"sync"
	"time"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/server"
)

// GoBGP keeps the options of path selection once for the process: starting a server writes them while other servers read them. The gate
// is what a server passes after each thing that it does, and what is closed while another one starts. It is a variable of the package
// because what it guards is one of GoBGP's.
var gate = struct {
	sync.RWMutex // held for reading by each server, but for the moment in which it passes
	mu           sync.Mutex
	servers      map[*pass]*server.BgpServer
}{servers: make(map[*pass]*server.BgpServer)}

// pass is a server's place at the gate: a timing hook of GoBGP, which calls it after each operation.
type pass struct {
	mu     sync.Mutex
	inside bool
}

// Observe is called by GoBGP.
func (p *pass) Observe(server.FSMOperation, time.Duration, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inside {
		gate.RUnlock()
		gate.RLock()
	}
}

// Serve starts a server of GoBGP beside the others of this process. Stop ends it.
func Serve(ctx context.Context, g *api.Global, opts ...server.ServerOption) (srv *server.BgpServer, stop func(), err error) {
	p := new(pass)
	srv = server.NewBgpServer(append(opts, server.TimingHookOption(p))...)
	go srv.Serve() // has no end: see the package's doc
	if err := startBGP(ctx, srv, p, g); err != nil {
		srv.Stop()
		return nil, nil, err
	}
	return srv, func() {
		srv.Stop()
		p.leave()
	}, nil
}

// startBGP starts a server while all others stand at the gate, and lets it in.
func startBGP(ctx context.Context, srv *server.BgpServer, p *pass, g *api.Global) error {
	gate.mu.Lock()
	defer gate.mu.Unlock()
	closed := make(chan struct{})
	var asking sync.WaitGroup
	for _, other := range gate.servers {
		asking.Go(func() { // a server that has nothing to do comes to the gate only if it is asked something
			for {
				select {
				case <-closed:
					return
				default:
					_, _ = other.GetBgp(ctx, &api.GetBgpRequest{})
				}
			}
		})
	}
	gate.Lock()
	close(closed)
	err := srv.StartBgp(ctx, &api.StartBgpRequest{Global: g})
	gate.Unlock()
	asking.Wait()
	if err == nil {
		gate.RLock()
		p.mu.Lock()
		p.inside = true
		p.mu.Unlock()
		gate.servers[p] = srv
	}
	return err
}

// leave takes a stopped server away from the gate.
func (p *pass) leave() {
	gate.mu.Lock()
	delete(gate.servers, p)
	gate.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inside {
		p.inside = false
		gate.RUnlock()
	}
}
