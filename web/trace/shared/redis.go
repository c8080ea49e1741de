package shared

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/data"
	"twodoors/web/httpio"
	"twodoors/web/redisio"
	"twodoors/web/trace/tell"
)

// Redis keeps traces in a Redis: a stream for each seat, whose ids are the numbers, and an index of it by the traces'
// ids. Two sorted sets say of each seat how many it has and which is the newest. Each key names the site.
//
// Sessions may be in the same Redis, and go before traces: when its memory is nearly full, traces are forgotten.
type Redis struct {
	client *redisio.Client
	prefix string
	memory memory
}

// redisPrefix stands before each key, and the site's own id after it.
const redisPrefix = "twodoors:traces:"

const redisAttempt = 300 * time.Millisecond

var (
	//go:embed append.lua
	appendSource string
	//go:embed trim.lua
	trimSource string

	appendScript, trimScript = redis.NewScript(appendSource), redis.NewScript(trimSource)
)

// OpenRedis returns the store of a site in the Redis at a URL. It connects when it is needed. Close it when done.
func OpenRedis(url, site string) (*Redis, error) {
	client, err := redisio.Open(url, redisio.Bounds{Attempt: redisAttempt, Attempts: 1})
	if err != nil {
		return nil, err
	}
	r := &Redis{client: client, prefix: redisPrefix + site + ":"}
	r.memory.most.Store(MaxTraces)
	return r, nil
}

// Name is what it calls itself.
func (r *Redis) Name() string { return "Redis" }

// Most is how many traces it has room for.
func (r *Redis) Most() int { return int(r.memory.most.Load()) }

// Append keeps records in their order, and numbers them.
func (r *Redis) Append(ctx context.Context, records []data.TraceRecord) error {
	if err := r.makeRoom(ctx, sizeOf(records)); err != nil {
		return err
	}
	arguments := []any{Lifetime.Milliseconds(), MaxTracesPerSeat}
	for _, record := range records {
		arguments = append(arguments, record.Seat, record.ID, record.Record)
	}
	err := r.explain(appendScript.Run(ctx, r.client, []string{r.prefix}, arguments...).Err())
	if code(err) == "OOM" {
		r.memory.mu.Lock()
		defer r.memory.mu.Unlock()
		return errors.Join(ErrFull, r.giveWay(ctx))
	}
	return err
}

// code is that of what Redis refuses, empty for another error.
func code(err error) string {
	if fault, ok := errors.AsType[*redisio.Fault](err); ok {
		return fault.Code
	}
	return ""
}

// After returns what was appended for seats with numbers above one and up to another, the oldest first of each.
func (r *Redis) After(ctx context.Context, seats []string, number, upTo int64) (records []data.TraceRecord, err error) {
	if err := r.expectRoom(ctx); err != nil {
		return nil, err
	}
	found, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, seat := range seats {
			p.XRange(ctx, r.prefix+"seat:"+seat, strconv.FormatInt(number+1, 10), strconv.FormatInt(upTo, 10))
		}
		return nil
	})
	if err != nil {
		return nil, r.explain(err)
	}
	for i, command := range found {
		for _, message := range command.(*redis.XMessageSliceCmd).Val() {
			records = append(records, recordOf(seats[i], message))
		}
	}
	return records, nil
}

// Newest returns up to n that were appended for a seat with numbers above one and below another, the newest first.
func (r *Redis) Newest(ctx context.Context, seat string, above, below int64, n int) ([]data.TraceRecord, error) {
	if err := r.expectRoom(ctx); err != nil {
		return nil, err
	}
	found, err := r.client.XRevRangeN(ctx, r.prefix+"seat:"+seat, strconv.FormatInt(below-1, 10), strconv.FormatInt(above+1, 10), int64(n)).Result()
	var records []data.TraceRecord
	for _, message := range found {
		records = append(records, recordOf(seat, message))
	}
	return records, r.explain(err)
}

func recordOf(seat string, message redis.XMessage) data.TraceRecord {
	text, _, _ := strings.Cut(message.ID, "-")
	number, _ := strconv.ParseInt(text, 10, 64)
	id, _ := message.Values["id"].(string)
	record, _ := message.Values["record"].(string)
	return data.TraceRecord{Seat: seat, ID: id, Number: number, Record: record}
}

// Find returns the record of a seat's trace. data.ErrNotFound when this seat has none of that id.
func (r *Redis) Find(ctx context.Context, seat, id string) (data.TraceRecord, error) {
	number, err := r.client.HGet(ctx, r.prefix+"ids:"+seat, id).Int64()
	if errors.Is(err, redis.Nil) {
		return data.TraceRecord{}, data.ErrNotFound
	}
	if err != nil {
		return data.TraceRecord{}, r.explain(err)
	}
	records, err := r.After(ctx, []string{seat}, number-1, number)
	if err == nil && len(records) == 0 {
		err = data.ErrNotFound
	}
	if err != nil {
		return data.TraceRecord{}, err
	}
	return records[0], nil
}

// Changed names the seats of which anything was appended after a number, and returns the newest number of all.
func (r *Redis) Changed(ctx context.Context, number int64) (seats []string, newest int64, err error) {
	newest, err = r.client.Get(ctx, r.prefix+"number").Int64()
	if errors.Is(err, redis.Nil) {
		return nil, 0, nil
	}
	if err != nil || newest <= number {
		return nil, newest, r.explain(err)
	}
	seats, err = r.client.ZRangeArgs(ctx, redis.ZRangeArgs{Key: r.prefix + "newest", ByScore: true, Start: "(" + strconv.FormatInt(number, 10), Stop: "+inf"}).Result()
	return seats, newest, r.explain(err)
}

// Sizes lists what is kept for each seat, and returns a number that would be given now.
func (r *Redis) Sizes(ctx context.Context) (sizes []data.SeatTraces, now int64, err error) {
	var counts, newest *redis.ZSliceCmd
	var clock *redis.TimeCmd
	_, err = r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		counts, newest, clock = p.ZRangeWithScores(ctx, r.prefix+"counts", 0, -1), p.ZRangeWithScores(ctx, r.prefix+"newest", 0, -1), p.Time(ctx)
		return nil
	})
	if err != nil {
		return nil, 0, r.explain(err)
	}
	numbers := make(map[string]int64, len(newest.Val()))
	for _, z := range newest.Val() {
		numbers[z.Member.(string)] = int64(z.Score)
	}
	kept := 0
	for _, z := range counts.Val() {
		seat := z.Member.(string)
		sizes = append(sizes, data.SeatTraces{Seat: seat, Count: int(z.Score), Newest: numbers[seat]})
		kept += int(z.Score)
	}
	r.memory.kept.Store(int64(kept))
	return sizes, clock.Val().UnixMicro(), nil
}

// Trim forgets all but the newest of seats.
func (r *Redis) Trim(ctx context.Context, keep map[string]int) error {
	if len(keep) == 0 {
		return nil
	}
	if err := trimScript.Load(ctx, r.client).Err(); err != nil {
		return r.explain(err)
	}
	_, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for seat, n := range keep {
			trimScript.EvalSha(ctx, p, []string{r.prefix}, seat, n, 0)
		}
		return nil
	})
	return r.explain(err)
}

// Forget forgets what a seat has cleared up to a number, unless that has changed meanwhile.
func (r *Redis) Forget(ctx context.Context, seat string, upTo int64) error {
	return r.explain(trimScript.Run(ctx, r.client, []string{r.prefix}, seat, MaxTracesPerSeat, upTo).Err())
}

// Clear notes what a seat has cleared, in place of what it cleared before.
func (r *Redis) Clear(ctx context.Context, seat string, c data.Clearing) error {
	key := r.prefix + "cleared:" + seat
	if c == (data.Clearing{}) {
		return r.explain(r.client.Del(ctx, key).Err())
	}
	_, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, key, "up_to", c.UpTo, "hidden", c.Hidden, "at_ms", c.At.UnixMilli())
		p.PExpire(ctx, key, Lifetime)
		return nil
	})
	return r.explain(err)
}

// Cleared is what a seat has cleared last.
func (r *Redis) Cleared(ctx context.Context, seat string) (data.Clearing, error) {
	var found struct {
		UpTo   int64 `redis:"up_to"`
		Hidden int   `redis:"hidden"`
		At     int64 `redis:"at_ms"`
	}
	if err := r.client.HGetAll(ctx, r.prefix+"cleared:"+seat).Scan(&found); err != nil || found.UpTo == 0 {
		return data.Clearing{}, r.explain(err)
	}
	return data.Clearing{UpTo: found.UpTo, Hidden: found.Hidden, At: time.UnixMilli(found.At)}, nil
}

// Passing reports whether an error may be gone when the same is tried again: nothing is wrong with what was asked.
func (r *Redis) Passing(err error) bool {
	switch code(err) {
	case "ERR", "WRONGTYPE", "NOPERM", "OOM":
		return false
	}
	return !errors.Is(err, ErrFull)
}

// Explain tells visitors why their traces cannot be had.
func (r *Redis) Explain(err error) error {
	detail := "Your requests cannot be shown: Redis, which keeps the traces of all servers, cannot be used now. Try again in a second."
	if refuses := tell.Redis(code(err)); refuses != "" {
		detail = "Your requests cannot be shown: Redis, which keeps the traces of all servers, " + refuses + ". Try again in a second."
	}
	if errors.Is(err, ErrFull) {
		detail = "Redis is nearly full and needs its memory for sessions, so no traces are kept now. The person who runs this site must give it more."
	}
	return &httpio.Fault{Status: http.StatusServiceUnavailable, Detail: detail, After: time.Second}
}

func (r *Redis) explain(err error) error {
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return r.client.Explain(err)
}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() }
