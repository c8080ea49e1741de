package redisio

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// findTimeout is how long the leader may be looked for. The library asks the Sentinel that
// answered last up to four times before it asks the others, so when that one is silent it
// needs a few attempts. No request waits for it: it goes on when the request has been given up.
const findTimeout = 5 * time.Second

// openLeader returns a client of the Redis that the Sentinels name, and of the next one when
// they name another.
func (at address) openLeader(b Bounds) *Client {
	options := at.sentinels
	options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = b.Attempt, b.Attempt, b.Attempt
	options.DialTimeout = max(findTimeout, b.Attempt)
	options.ContextTimeoutEnabled = true
	options.MaxRetries = b.retries()
	options.DialerRetries = 1
	options.PoolSize = b.Connections
	options.Dialer = dialer{b.Attempt, at.encrypted}.dial
	c := &Client{Client: redis.NewFailoverClient(options), secrets: []string{options.Password, options.SentinelPassword}, leader: &leader{}}
	c.AddHook(c.leader)
	return c
}

// dialer connects to Sentinels and to the Redis that they name. By TLS it verifies each by
// the name that it was asked for; the library would expect the first Sentinel's name of all.
type dialer struct {
	timeout   time.Duration
	encrypted *tls.Config
}

// connection knows where it was made to, by the word of Sentinel: its other end has a
// numeric address, whatever the name.
type connection struct {
	net.Conn
	address string
}

func (d dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	plain := &net.Dialer{Timeout: d.timeout}
	dial := plain.DialContext
	if d.encrypted != nil {
		dial = (&tls.Dialer{NetDialer: plain, Config: d.encrypted}).DialContext
	}
	made, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return connection{made, address}, nil
}

// leader notes which Redis a client speaks to, and when that became another one. It sees
// the connections to the leader alone: those to Sentinels belong to a client that the
// library keeps for itself.
type leader struct {
	mu      sync.Mutex
	address string
	changed atomic.Pointer[time.Time]
}

// LeaderChanged reports how long ago this client came to another leader than it had before.
// What the former one acknowledged, and had not replicated, is lost.
func (c *Client) LeaderChanged() (ago time.Duration, ever bool) {
	if c.leader == nil {
		return 0, false
	}
	changed := c.leader.changed.Load()
	if changed == nil {
		return 0, false
	}
	return time.Since(*changed), true
}

// DialHook looks at each connection that is made to the leader.
func (l *leader) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		made, err := next(ctx, network, address)
		if err != nil {
			return nil, bySentinel(err)
		}
		to, ok := made.(connection)
		if !ok {
			return made, nil
		}
		l.note(to.address)
		return to.Conn, nil
	}
}

// ProcessHook leaves commands alone.
func (l *leader) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

// ProcessPipelineHook leaves them alone, too.
func (l *leader) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// note takes in where the leader is. The first one is no change.
func (l *leader) note(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.address
	if before == address {
		return
	}
	l.address = address
	if before == "" {
		return
	}
	l.changed.Store(new(time.Now()))
	slog.Warn("redis has another leader; what was not replicated is lost", "before", before, "now", address)
}

// bySentinel is why Sentinel, when it answered, named no leader. The library's error would
// look like an answer of Redis: a master that Sentinel does not know like a missing key.
func bySentinel(err error) error {
	reply, ok := errors.AsType[redis.Error](err)
	if !ok {
		return err
	}
	fault := &Fault{Code: "ERR", Refuses: true, cause: "Sentinel answers " + reply.Error()}
	switch code, _, _ := strings.Cut(reply.Error(), " "); {
	case errors.Is(err, redis.Nil):
		fault.Code, fault.cause = "NOMASTER", "Sentinel does not know the master_name"
	case code == "NOAUTH", code == "WRONGPASS", code == "NOPERM":
		fault.Code = "SENTINEL"
	}
	return fault
}
