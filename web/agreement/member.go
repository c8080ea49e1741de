// Package agreement keeps processes that share a database in step: servers that run alone, on one machine or on several,
// and a front whose database they share. What they go by together is a version of settings and keys; each reads it when
// the database tells of a change, and every now and then, as it may have been cut off meanwhile.
//
// It knows settings, and neither doors nor pages: how a process goes by what is agreed, it is told. Start reading at
// Member.Run; Member.Change is how one of them changes it for all.
package agreement

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/web/relay"
	"twodoors/web/settings"
)

// Times of a member.
const (
	lookEvery = 500 * time.Millisecond // when it is told of nothing
	beatEvery = 2 * time.Second
	lease     = 3 * beatEvery // a follower that has not beaten for so long is gone, or cut off
	lookFor   = 3 * time.Second
)

// Table is what a member asks of the database.
type Table interface {
	Read(ctx context.Context) (data.Agreement, error)
	Seed(ctx context.Context, settings []byte) (data.Agreement, error)
	Change(ctx context.Context, read int64, settings []byte, keys data.Adoption, now time.Time) (int64, error)
	Beat(ctx context.Context, f data.Follower) error
	Followers(ctx context.Context) ([]data.Follower, error)
	Leave(ctx context.Context, id string) error
	Listen(ctx context.Context, heard func())
}

// Config is what a member needs.
type Config struct {
	Table Table
	Name  string // for people, as "server 2"

	// Adopt goes by what is agreed. The settings are nil where there are none yet. Whatever it cannot do leaves
	// everything as it was.
	Adopt func(ctx context.Context, chosen *settings.Doors) (relay.Done, error)

	// Current are the settings that this process goes by where none are agreed yet. It is nil where changes are made
	// elsewhere.
	Current func() settings.Doors

	// Propose says what has to become of the keys so that all can go by a change. It is nil where changes are made
	// elsewhere.
	Propose func(ctx context.Context, chosen settings.Doors, rotation *relay.Rotation) (data.Adoption, error)
}

// Member is a process that goes by what is agreed.
type Member struct {
	Config
	id     string
	heard  chan struct{}
	known  atomic.Pointer[time.Time] // when it was last known to go by what is agreed
	failed atomic.Bool               // the last look

	mu      sync.Mutex // held while it goes over to another version
	version int64
	beaten  time.Time
}

// Join returns a member that goes by what is agreed now. It writes nothing: a start waits for no other program's lock.
func Join(ctx context.Context, c Config) (*Member, error) {
	m := &Member{Config: c, id: rand.Text(), heard: make(chan struct{}, 1)}
	if _, err := m.follow(ctx); err != nil {
		return nil, err
	}
	return m, nil
}

// Run follows until ctx ends, and leaves.
func (m *Member) Run(ctx context.Context) {
	var listening sync.WaitGroup
	listening.Go(func() { m.Table.Listen(ctx, m.wake) })
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for ctx.Err() == nil {
		m.tell(m.look(ctx))
		select {
		case <-ctx.Done():
		case <-m.heard:
		case <-every.C:
		}
	}
	listening.Wait()
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookFor)
	defer cancel()
	if err := m.Table.Leave(leaving, m.id); err != nil {
		slog.Warn("the database still lists this process", "err", err)
	}
}

// Age is how long ago it was known for certain that this process goes by what is agreed. A machine that slept counts.
func (m *Member) Age() time.Duration {
	known := *m.known.Load()
	return max(time.Since(known), time.Now().Round(0).Sub(known.Round(0)))
}

func (m *Member) wake() {
	select {
	case m.heard <- struct{}{}:
	default: // it is about to look
	}
}

// look goes over to what is agreed, if that is new, and says that this process lives.
func (m *Member) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.follow(ctx)
	if err != nil && !errors.Is(err, errBehind) {
		return err
	}
	// One that could not go over to a version lives, and may trust what the others do not any more: whoever changes
	// something has to learn that.
	return errors.Join(err, m.beat(ctx))
}

// errBehind is for a version that this process cannot go by.
var errBehind = errors.New("it cannot go by what is agreed")

// follow is look for who holds the lock, without a sign of life.
func (m *Member) follow(ctx context.Context) (done relay.Done, err error) {
	began := time.Now()
	agreed, err := m.Table.Read(ctx)
	if err != nil {
		return done, err
	}
	if agreed.Version != m.version {
		if done, err = m.adopt(ctx, agreed); err != nil {
			return done, fmt.Errorf("%w: version %d: %w", errBehind, agreed.Version, err)
		}
		m.version, m.beaten = agreed.Version, time.Time{}
	}
	m.known.Store(&began)
	return done, nil
}

// beat says every now and then that this process lives, and which version it goes by.
func (m *Member) beat(ctx context.Context) error {
	if time.Since(m.beaten) < beatEvery {
		return nil
	}
	m.beaten = time.Now()
	return m.Table.Beat(ctx, data.Follower{ID: m.id, Name: m.Name, Version: m.version})
}

func (m *Member) adopt(ctx context.Context, agreed data.Agreement) (relay.Done, error) {
	chosen, err := read(agreed)
	if err != nil {
		return relay.Done{}, err
	}
	return m.Adopt(ctx, chosen)
}

// read is nil where there are no settings.
func read(agreed data.Agreement) (*settings.Doors, error) {
	if len(agreed.Settings) == 0 {
		return nil, nil
	}
	chosen := settings.Default().Doors // with what an older version did not know
	if err := json.Unmarshal(agreed.Settings, &chosen); err != nil {
		return nil, fmt.Errorf("read the settings in the database: %w", err)
	}
	return &chosen, nil
}

// tell logs when it is cut off, and when it is no more.
func (m *Member) tell(err error) {
	if errors.Is(err, context.Canceled) || m.failed.Swap(err != nil) == (err != nil) {
		return
	}
	if err != nil {
		slog.Error("settings and keys cannot be followed", "err", err)
		return
	}
	slog.Info("settings and keys are followed again")
}
