package supervise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

type verb string

const (
	verbStatus   verb = "status"
	verbRestart  verb = "restart"
	verbStop     verb = "stop"
	verbStart    verb = "start"
	verbShutdown verb = "shutdown"
)

// maxRequest bounds what a client may send.
const maxRequest = 4096

// clientTime bounds one exchange on the control socket.
const clientTime = 20 * time.Second

type request struct {
	Verb    verb
	Program string
	Signal  syscall.Signal
}

type response struct {
	Error    string   `json:",omitempty"`
	Programs []Status `json:",omitempty"`
}

// server answers requests on the control socket, one a connection.
type server struct {
	listener net.Listener
	s        *supervisor
	shutdown func()
}

func listen(dir string, s *supervisor, shutdown func()) (*server, error) {
	if err := os.Remove(socket(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listen for control: %w", err)
	}
	l, err := net.Listen("unix", socket(dir))
	if err != nil {
		return nil, fmt.Errorf("listen for control: %w", err)
	}
	return &server{listener: l, s: s, shutdown: shutdown}, nil
}

// serve answers until ctx ends.
func (v *server) serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { v.listener.Close() })
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	for {
		conn, err := v.listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept control connection: %w", err)
		}
		clients.Go(func() { v.answer(conn) })
	}
}

func (v *server) answer(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(clientTime))
	var req request
	var resp response
	if err := json.NewDecoder(io.LimitReader(conn, maxRequest)).Decode(&req); err != nil {
		resp.Error = fmt.Sprintf("decode request: %v", err)
	} else if resp, err = v.handle(req); err != nil {
		resp.Error = err.Error()
	}
	_ = json.NewEncoder(conn).Encode(resp) // the client may have gone
}

func (v *server) handle(req request) (response, error) {
	switch req.Verb {
	case verbStatus:
		return response{Programs: v.s.statuses()}, nil
	case verbShutdown:
		v.shutdown()
		return response{}, nil
	case verbRestart, verbStop, verbStart:
		return response{}, v.s.do(req.Verb, req.Program, req.Signal)
	}
	return response{}, fmt.Errorf("no request %q", req.Verb)
}
