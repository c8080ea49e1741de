package front

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/health"
	"twodoors/web/relay"
	"twodoors/web/response"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// serverReadyTimeout is how long a server may take to say whether it is ready. It says so
// within a second.
const serverReadyTimeout = 1500 * time.Millisecond

// readiness is what the front needs: the database in its place, and one server that is ready.
func (f *Front) readiness() *health.Readiness {
	return health.NewReadiness(
		health.Open(f.Closing),
		health.Check{Name: "The database", Try: f.databaseInPlace},
		health.Check{Name: "The fleet", Try: f.serversReady},
	)
}

func (f *Front) databaseInPlace(context.Context) (missing string, cause error) {
	err := f.Fleet.InPlace()
	return data.KindOf(err).Sentence(), err
}

// unready is what one server misses, as it says, or why it does not say.
type unready struct {
	server  *Server
	missing string
	cause   error
}

// serversReady asks all servers at once, and is content with the first that is ready.
func (f *Front) serversReady(ctx context.Context) (missing string, cause error) {
	ctx, cancel := context.WithTimeout(ctx, serverReadyTimeout)
	defer cancel()
	asked, answers := 0, make(chan unready, MaxServers)
	for _, s := range f.Fleet.all() {
		if p := s.serving(); p != nil {
			asked++
			go func() {
				missing, err := f.serverReady(ctx, p)
				answers <- unready{s, missing, err}
			}()
		}
	}
	if asked == 0 {
		why, saw, _ := f.Fleet.whyNone()
		return "No server is ready: " + tell.Why(why, saw...) + ".", nil
	}
	var all []unready
	for range asked {
		answer := <-answers
		if answer.missing == "" {
			return "", nil
		}
		all = append(all, answer)
	}
	slices.SortFunc(all, func(a, b unready) int { return a.server.Number - b.server.Number })
	telling := max(0, slices.IndexFunc(all, func(u unready) bool { return u.cause == nil })) // one that said why, if any did
	return fmt.Sprintf("No server is ready. Server %d: %s", all[telling].server.Number, all[telling].missing), all[telling].cause
}

// serverReady asks one server, and returns what it says is missing.
func (f *Front) serverReady(ctx context.Context, p *process) (missing string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", nil)
	if err != nil {
		return "It cannot be asked.", err
	}
	relay.Passage{Secret: f.Fleet.secret, TraceID: trace.NewID(), BeginBy: math.MaxInt64, Arrival: door.Arrival{Address: "127.0.0.1"}}.Send(request.Header)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "It does not answer.", err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return "", nil
	}
	var said response.Problem
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil || said.Detail == "" {
		return "It does not say why it is not ready.", errors.Join(errors.New(answer.Status), err)
	}
	return said.Detail, nil
}
