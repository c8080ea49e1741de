package agreement

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/web/relay"
	"twodoors/web/settings"
)

// Outcome is what a change has led to.
type Outcome struct {
	Settings settings.Doors
	Done     relay.Done // of this process
	Missing  []string   // followers that have given no sign of life, or could not go by it
}

// Bounds of a change.
const (
	tries     = 5 // when others change something at the same time
	askEvery  = 5 * time.Millisecond
	askAtMost = lease + 4*time.Second
)

// Seed agrees on settings where there are none yet, and returns those that are agreed.
func Seed(ctx context.Context, table Table, chosen settings.Doors) (settings.Doors, error) {
	text, err := json.Marshal(chosen)
	if err != nil {
		return chosen, err
	}
	agreed, err := table.Seed(ctx, text)
	if err != nil {
		return chosen, err
	}
	is, err := read(agreed)
	if err != nil {
		return chosen, err
	}
	return *is, nil
}

// Change makes all members go by changed settings, and by a new key when a rotation is asked for. When it returns without
// an error, that is decided, and every member goes by it but those that are missing. With an error of what was read or
// written, nothing has changed.
func (m *Member) Change(ctx context.Context, change func(*settings.Doors) error, rotation *relay.Rotation) (Outcome, error) {
	var outcome Outcome
	version, err := int64(0), data.ErrChanged
	for try := 0; try < tries && errors.Is(err, data.ErrChanged); try++ {
		version, err = m.decide(ctx, change, rotation, &outcome)
	}
	if err != nil {
		return outcome, err
	}
	outcome.Missing = m.await(ctx, version)
	return outcome, nil
}

// decide agrees on a change of what is agreed at that moment, and goes by it.
func (m *Member) decide(
	ctx context.Context, change func(*settings.Doors) error, rotation *relay.Rotation, outcome *Outcome,
) (version int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, relay.PrepareTimeout)
	defer cancel()
	m.mu.Lock()
	defer m.mu.Unlock()
	if version, outcome.Settings, err = m.write(ctx, change, rotation); err != nil {
		return 0, err
	}
	if outcome.Done, err = m.follow(ctx); err == nil {
		err = m.beat(ctx)
	}
	if err != nil {
		slog.ErrorContext(ctx, "this process does not go by a change that it has made", "err", err)
	}
	return version, nil
}

func (m *Member) write(ctx context.Context, change func(*settings.Doors) error, rotation *relay.Rotation) (int64, settings.Doors, error) {
	agreed, err := m.Table.Read(ctx)
	if err != nil {
		return 0, settings.Doors{}, err
	}
	chosen, err := read(agreed)
	if err != nil {
		return 0, settings.Doors{}, err
	}
	if chosen == nil {
		current := m.Current()
		chosen = &current
	}
	if err := change(chosen); err != nil {
		return 0, *chosen, err
	}
	keys, err := m.Propose(ctx, *chosen, rotation)
	if err != nil {
		return 0, *chosen, err
	}
	text, err := json.Marshal(*chosen)
	if err != nil {
		return 0, *chosen, err
	}
	version, err := m.Table.Change(ctx, agreed.Version, text, keys, time.Now())
	return version, *chosen, err
}

// await waits until every follower goes by a version, or has given no sign of life for the time of a lease. Nobody's
// clock is compared: who lives counts up.
func (m *Member) await(ctx context.Context, version int64) (missing []string) {
	pulses := map[string]pulse{}
	for began := time.Now(); ; {
		all, err := m.Table.Followers(ctx)
		var late []data.Follower
		waits := err != nil
		for _, f := range all {
			if f.Version >= version {
				continue
			}
			if before, known := pulses[f.ID]; !known || before.beats != f.Beats {
				pulses[f.ID] = pulse{f.Beats, time.Now()}
			}
			late = append(late, f)
			waits = waits || !pulses[f.ID].gone()
		}
		if !waits || time.Since(began) > askAtMost || ctx.Err() != nil {
			return m.giveUp(ctx, late, pulses)
		}
		select {
		case <-ctx.Done():
		case <-time.After(askEvery):
		}
	}
}

// pulse is the last sign of life of a follower.
type pulse struct {
	beats int64
	at    time.Time
}

// gone reports that nobody knows whether it still lives.
func (p pulse) gone() bool { return time.Since(p.at) >= lease }

// giveUp names those that are late. It removes those that are gone from the list: one that lives will be on it again.
// One that lives stays on it, so the next change does not pass it over.
func (m *Member) giveUp(ctx context.Context, late []data.Follower, pulses map[string]pulse) (missing []string) {
	for _, f := range late {
		missing = append(missing, f.Name)
		slog.WarnContext(ctx, "does not follow a change", "who", f.Name)
		if !pulses[f.ID].gone() {
			continue
		}
		if err := m.Table.Leave(ctx, f.ID); err != nil {
			slog.WarnContext(ctx, "the database still lists a process", "who", f.Name, "err", err)
		}
	}
	return missing
}
