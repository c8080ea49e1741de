package shared

import (
	"context"
	"errors"
	"math"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/data"
	"twodoors/web/redisio"
)

const (
	lookAtMemory = time.Second
	shareOfAll   = 8                // traces take the eighth part of Redis's memory at most
	traceMemory  = 2 << 10          // that one takes, in bytes, with its index
	nearlyFull   = 0.9              // of its memory
	roomAgain    = 0.8              // of its memory is used at most when traces are kept again
	staysFull    = 10 * time.Second // at least, or a flood would have traces come and go each second
	writers      = 9                // servers that may write at the same time
)

// memory is what is known of the memory of a Redis, which sessions come first to.
type memory struct {
	mu     sync.Mutex
	looked time.Time
	filled time.Time // when traces were forgotten last
	room   float64   // bytes that may still be written until somebody looks again

	kept atomic.Int64 // traces, when they were counted last
	most atomic.Int64 // for which there is room
	full atomic.Bool
}

// makeRoom makes sure that there is room for so many bytes more. It asks Redis for its memory every now and then, and
// before what is known to be free could be used up, by whichever servers.
func (r *Redis) makeRoom(ctx context.Context, bytes int) error {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	recent := time.Since(r.memory.looked) < lookAtMemory
	if !recent || !r.memory.full.Load() && r.memory.room < float64(bytes) {
		if err := r.look(ctx, bytes); err != nil {
			return err
		}
	}
	if r.memory.full.Load() {
		return ErrFull
	}
	r.memory.room -= float64(bytes)
	return nil
}

// expectRoom returns ErrFull while no traces are kept, so that nobody takes an empty list for all that there was.
func (r *Redis) expectRoom(ctx context.Context) error {
	if !r.memory.full.Load() {
		return nil
	}
	return r.makeRoom(ctx, 0) // perhaps there is room again
}

// look asks Redis how much of its memory is used. When that is nearly all, or so many bytes would make it so, it
// forgets all traces.
func (r *Redis) look(ctx context.Context, bytes int) error {
	r.memory.looked = time.Now()
	told := r.client.InfoMap(ctx, "memory")
	if err := r.explain(told.Err()); err != nil {
		if fault, ok := errors.AsType[*redisio.Fault](err); ok && fault.Refuses && !fault.Passing { // then a full one has to say so itself
			r.memory.room = math.Inf(1)
			r.memory.full.Store(false)
			return nil
		}
		return err
	}
	used, _ := strconv.ParseFloat(told.Item("Memory", "used_memory"), 64)
	all, _ := strconv.ParseFloat(told.Item("Memory", "maxmemory"), 64)
	if all == 0 {
		all = math.Inf(1)
	}
	free := all*nearlyFull - used
	r.memory.room = free / writers
	r.memory.most.Store(int64(min(MaxTraces, all/shareOfAll/traceMemory, max(0, free/traceMemory+float64(r.memory.kept.Load())))))
	if r.memory.room < float64(bytes) && !r.memory.full.Load() {
		return r.giveWay(ctx)
	}
	r.memory.full.Store(r.memory.full.Load() && (used > all*roomAgain || time.Since(r.memory.filled) < staysFull))
	return nil
}

// giveWay forgets all traces, whatever Redis itself has removed of them already.
func (r *Redis) giveWay(ctx context.Context) error {
	r.memory.full.Store(true)
	r.memory.looked, r.memory.filled = time.Now(), time.Now()
	for cursor := uint64(0); ; {
		keys, next, err := r.client.Scan(ctx, cursor, r.prefix+"*", 1_000).Result()
		if err == nil && len(keys) > 0 {
			err = r.client.Del(ctx, keys...).Err() // UNLINK would free their memory later, and sessions need it now
		}
		if err != nil {
			return errors.Join(ErrFull, r.explain(err))
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// sizeOf is how much memory records take at most, in bytes: as if each was the first of its seat.
func sizeOf(records []data.TraceRecord) (bytes int) {
	for _, record := range records {
		bytes += 2*len(record.Record) + (1+seatWeight)<<10
	}
	return bytes
}
