package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"twodoors/web/metrics"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/server"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// metricsFlag says where a process tells what it has counted.
type metricsFlag struct {
	Metrics string `help:"Address of /metrics, for Prometheus; none if not given." env:"TWODOORS_METRICS"`
}

func (f metricsFlag) checkMetrics() error {
	if f.Metrics == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(f.Metrics)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("--metrics must be a host and a port, such as localhost:9090, not %q", f.Metrics)
	}
	return nil
}

// meter is nil without the flag: then nothing is counted.
func (f metricsFlag) meter() *metrics.Meter {
	if f.Metrics == "" {
		return nil
	}
	return metrics.New()
}

// scrapeTimeout is how long somebody may take to ask and to read.
const scrapeTimeout = 10 * time.Second

// serveMetrics answers at the address of the flag, and nowhere else, until ctx ends.
func (f metricsFlag) serveMetrics(ctx context.Context, meter *metrics.Meter, measures []metrics.Measure) error {
	if meter == nil {
		return nil
	}
	listener, err := net.Listen("tcp", f.Metrics)
	if err != nil {
		return fmt.Errorf("--metrics %s cannot be used: %w: choose another address", f.Metrics, err)
	}
	slog.Info("metrics", "address", listener.Addr().String())
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", meter.Handler(measures...))
	server := &http.Server{
		Handler: mux, ReadTimeout: scrapeTimeout, WriteTimeout: scrapeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	server.SetKeepAlivesEnabled(false) // so nobody holds a connection for longer than the timeouts
	context.AfterFunc(ctx, func() { server.Close() })
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("metrics are not served any more", "err", err)
		}
	}()
	return nil
}

// observing counts each trace besides what observe does with it.
func observing(meter *metrics.Meter, observe func(seat string, t *trace.Trace)) func(seat string, t *trace.Trace) {
	if meter == nil {
		return observe
	}
	return func(seat string, t *trace.Trace) {
		meter.Observe(t)
		if observe != nil {
			observe(seat, t)
		}
	}
}

// measured is what every process measures.
func measured(traces counted, gate *turns.Gate) []metrics.Measure {
	all := []metrics.Measure{
		{Name: "twodoors_traces_kept", Value: func() float64 { kept, _ := traces.Kept(); return float64(kept) }},
		{Name: "twodoors_traces_dropped_total", Total: true, Value: func() float64 { _, dropped := traces.Kept(); return float64(dropped) }},
		{Name: "twodoors_streams", Value: func() float64 { return float64(traces.Streams()) }},
	}
	for _, name := range []string{"brief", "experiment", "long"} {
		kind := turns.Kinds[name]
		all = append(all,
			metrics.Measure{Name: `twodoors_turns_taken{kind="` + name + `"}`, Value: func() float64 { taken, _ := gate.Load(kind); return float64(taken) }},
			metrics.Measure{Name: `twodoors_turns_waiting{kind="` + name + `"}`, Value: func() float64 { _, waiting := gate.Load(kind); return float64(waiting) }})
	}
	return all
}

// measuredServer is what a server without a front measures besides, under the names that a front has for its stage.
func measuredServer(ctx context.Context, a *server.Server) []metrics.Measure {
	return []metrics.Measure{
		{Name: "twodoors_sessions_in_memory", Value: func() float64 { return float64(a.Session.Store.Len()) }},
		{Name: "twodoors_servers_ready", Value: func() float64 {
			if a.Readiness().Missing(ctx) != "" {
				return 0
			}
			return 1
		}},
	}
}

// measuredRooms is what a front measures besides: rooms of visitors, and the stage.
func measuredRooms(all *rooms.Rooms, stage *room.Room) []metrics.Measure {
	inState := func(state string) func() float64 {
		return func() (n float64) {
			for _, told := range all.List() {
				if told.State == state {
					n++
				}
			}
			return n
		}
	}
	ofStage := func(add func(room.ServerStatus) float64) func() float64 {
		return func() (n float64) {
			for _, server := range stage.Status().Servers {
				n += add(server)
			}
			return n
		}
	}
	return []metrics.Measure{
		{Name: `twodoors_rooms{state="awake"}`, Value: inState(rooms.Awake)},
		{Name: `twodoors_rooms{state="asleep"}`, Value: inState(rooms.Asleep)},
		{Name: "twodoors_sessions_in_memory", Value: ofStage(func(s room.ServerStatus) float64 { return float64(s.Sessions) })},
		{Name: "twodoors_servers_ready", Value: ofStage(func(s room.ServerStatus) float64 {
			if s.State == room.Ready {
				return 1
			}
			return 0
		})},
	}
}
