package statedb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	dialTimeout  = 2 * time.Second
	replyTimeout = 30 * time.Second // a script over a full batch on a loaded machine
	pingInterval = 50 * time.Millisecond
)

// Client reaches all databases of a switch. It may be opened before Redis runs and outlives its restarts.
type Client struct {
	cfg Config
	log *slog.Logger

	mu     sync.Mutex
	dbs    map[DBID]*DB
	closed bool
}

// Open makes a client; it connects on first use.
func Open(cfg Config, log *slog.Logger) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("open state database: %w", err)
	}
	return &Client{cfg: cfg, log: log, dbs: make(map[DBID]*DB)}, nil
}

// Close ends all connections. Running consumers and subscribers should have been ended through their context before.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	var errs []error
	for _, d := range c.dbs {
		errs = append(errs, d.rdb.Close(), d.once.Close())
	}
	clear(c.dbs)
	return errors.Join(errs...)
}

// Ping asks whether Redis answers.
func (c *Client) Ping(ctx context.Context) error {
	if err := c.DB(ApplDB).rdb.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping state database: %w", err)
	}
	return nil
}

// Listens tells whether somebody is there to answer about a database. Where nobody is, asking would take the time of all its retries.
func (c *Client) Listens(id DBID) bool {
	entry, instance := c.cfg.database(id)
	o := options(entry, instance, 0)
	conn, err := net.DialTimeout(o.Network, o.Addr, dialTimeout)
	if err == nil {
		_ = conn.Close()
	}
	return !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, fs.ErrNotExist)
}

// Wait blocks until Redis answers or ctx ends: daemons start in any order.
func (c *Client) Wait(ctx context.Context) error {
	for {
		err := c.Ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pingInterval):
		}
	}
}

// DB is the database with this id, always the same one.
func (c *Client) DB(id DBID) *DB {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.dbs[id]; ok {
		return d
	}
	entry, instance := c.cfg.database(id)
	d := &DB{
		id:   id,
		num:  entry.ID,
		sep:  entry.Separator,
		log:  c.log.With("db", id.String()),
		rdb:  redis.NewClient(options(entry, instance, redisRetries)),
		once: redis.NewClient(options(entry, instance, -1)),
	}
	if c.closed { // commands then fail with redis.ErrClosed instead of leaking a connection
		_, _ = d.rdb.Close(), d.once.Close()
		return d
	}
	c.dbs[id] = d
	return d
}

// redisRetries bounds how often a command that may be repeated is sent again after a broken connection.
const redisRetries = 3

func options(d Database, i Instance, retries int) *redis.Options {
	o := &redis.Options{
		Network:               "unix",
		Addr:                  i.Socket,
		DB:                    d.ID,
		Protocol:              2, // any Redis and Valkey; nothing of RESP3 is needed
		MaxRetries:            retries,
		DialTimeout:           dialTimeout,
		ReadTimeout:           replyTimeout,
		WriteTimeout:          replyTimeout,
		ContextTimeoutEnabled: true,
		DisableIdentity:       true,
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	}
	if i.Socket == "" {
		o.Network, o.Addr = "tcp", net.JoinHostPort(i.Hostname, strconv.Itoa(i.Port))
	}
	return o
}
