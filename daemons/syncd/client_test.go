package syncd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// client is a SAI client as a foreign program would be: it speaks the protocol
// by plain Redis commands, sharing no code with the server.
type client struct {
	t   testing.TB
	rdb *redis.Client
	sub *redis.PubSub

	mu       sync.Mutex
	notified [][]string
}

const (
	requestQueue  = "ASIC_STATE_KEY_VALUE_OP_QUEUE"
	responseQueue = "GETRESPONSE_KEY_VALUE_OP_QUEUE"
	answerWithin  = 20 * time.Second
)

func newClient(t testing.TB, db *statedb.Client) *client {
	t.Helper()
	c := &client{t: t, rdb: db.DB(statedb.AsicDB).Redis()}
	c.sub = c.rdb.Subscribe(t.Context(), "NOTIFICATIONS")
	if _, err := c.sub.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	ch := c.sub.Channel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m := range ch {
			var list []string
			if json.Unmarshal([]byte(m.Payload), &list) == nil {
				c.mu.Lock()
				c.notified = append(c.notified, list)
				c.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() { _ = c.sub.Close(); <-done })
	return c
}

// send queues a request without waiting for its answer.
func (c *client) send(op, key string, fv ...string) {
	c.t.Helper()
	values, err := json.Marshal(append([]string{}, fv...))
	if err != nil {
		c.t.Fatal(err)
	}
	ctx := context.Background()
	if err := c.rdb.LPush(ctx, requestQueue, key, string(values), op).Err(); err != nil {
		c.t.Fatal(err)
	}
	if err := c.rdb.Publish(ctx, "ASIC_STATE_CHANNEL@1", "G").Err(); err != nil {
		c.t.Fatal(err)
	}
}

type answer struct {
	status string
	op     string
	fields []string
}

func (a answer) String() string { return a.status + " " + strings.Join(a.fields, " ") }

// receive waits for one answer.
func (c *client) receive() answer {
	c.t.Helper()
	var got []string
	for deadline := time.Now().Add(answerWithin); len(got) < 3; {
		if time.Now().After(deadline) {
			c.t.Fatalf("no answer within %s, only %q", answerWithin, got)
		}
		v, err := c.rdb.BRPop(context.Background(), time.Second, responseQueue).Result()
		if err == nil {
			got = append(got, v[1])
		}
	}
	a := answer{status: got[0], op: got[2]}
	if err := json.Unmarshal([]byte(got[1]), &a.fields); err != nil {
		c.t.Fatalf("answer %q: %v", got, err)
	}
	return a
}

// do performs a request and returns its answer.
func (c *client) do(op, key string, fv ...string) answer {
	c.t.Helper()
	c.send(op, key, fv...)
	return c.receive()
}

// must performs a request that has to succeed.
func (c *client) must(op, key string, fv ...string) answer {
	c.t.Helper()
	a := c.do(op, key, fv...)
	if a.status != "SAI_STATUS_SUCCESS" {
		c.t.Fatalf("%s %s %v: %s", op, key, fv, a)
	}
	return a
}

// get reads one attribute.
func (c *client) get(key, attr, placeholder string) string {
	c.t.Helper()
	a := c.must("Sget", key, attr, placeholder)
	if len(a.fields) != 2 || a.fields[0] != attr {
		c.t.Fatalf("get %s %s: %s", key, attr, a)
	}
	return a.fields[1]
}

// vid reserves a virtual id, as clients do.
func (c *client) vid(objectType int) string {
	c.t.Helper()
	n, err := c.rdb.Incr(context.Background(), "VIDCOUNTER").Result()
	if err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprintf("oid:0x%x", int64(objectType)<<48|n)
}

// row reads a row of ASIC_DB.
func (c *client) row(key string) map[string]string {
	c.t.Helper()
	m, err := c.rdb.HGetAll(context.Background(), key).Result()
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// rows reads all rows of ASIC_STATE.
func (c *client) rows() map[string]map[string]string {
	c.t.Helper()
	keys, err := c.rdb.Keys(context.Background(), "ASIC_STATE:*").Result()
	if err != nil {
		c.t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, k := range keys {
		all[k] = c.row(k)
	}
	return all
}

// await polls until cond holds.
func (c *client) await(what string, cond func() bool) {
	c.t.Helper()
	for deadline := time.Now().Add(answerWithin); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.t.Fatalf("no %s within %s", what, answerWithin)
		}
	}
}

// notification waits for a notification of an operation.
func (c *client) notification(op string) string {
	c.t.Helper()
	var data string
	c.await("notification "+op, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, n := range c.notified {
			if n[0] == op {
				data = n[1]
				c.notified = append(c.notified[:i], c.notified[i+1:]...)
				return true
			}
		}
		return false
	})
	return data
}
