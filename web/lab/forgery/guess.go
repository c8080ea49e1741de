package forgery

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// How long IDs are guessed, and by how many clients at once.
const (
	guessFor = 1500 * time.Millisecond
	guessers = 2
)

// guessed is the result of guessing session IDs.
type guessed struct {
	Guesses   int64   `json:"guesses"`
	LetIn     int64   `json:"let_in"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	Years     string  `json:"years"` // to try all 2^128 IDs at this rate
	Says      string  `json:"says"`
}

// guess answers POST /api/labs/forgery/guess: it presents one random ID after another at the session door, and counts
// the answers.
func (f *forger) guess(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	done, ok := f.labs.Turn(w, r)
	if !ok {
		return
	}
	defer done()
	found := f.guessing(r)
	noted := guessedIDs.Found("guesses", fmt.Sprint(found.Guesses), "seconds", fmt.Sprintf("%.1f", found.Seconds),
		"rate", fmt.Sprintf("%.0f", found.PerSecond), "let_in", fmt.Sprint(found.LetIn), "years", found.Years)
	f.note(r, noted, "")
	found.Says = noted.Said
	httpio.WriteJSON(w, http.StatusOK, found)
}

func (f *forger) guessing(r *http.Request) (g guessed) {
	began, from := time.Now(), door.ClientOf(r.Context())
	ctx, cancel := context.WithTimeout(r.Context(), guessFor)
	defer cancel()
	someSeat, forget := f.labs.TemporarySeat(from.Seat) // thousands of requests would push the visitor's out of the inspector
	defer forget()
	nobody := f.labs.Client("guesser", someSeat)
	defer nobody.Close()
	var answers, in atomic.Int64
	var working sync.WaitGroup
	for range guessers {
		working.Go(func() {
			for ctx.Err() == nil {
				switch status, _ := nobody.Do(ctx, http.MethodGet, "/api/session/me", cookie(from, randomID()), nil); status {
				case http.StatusOK:
					in.Add(1)
					fallthrough
				case http.StatusUnauthorized:
					answers.Add(1)
				}
			}
		})
	}
	working.Wait()
	g = guessed{Guesses: answers.Load(), LetIn: in.Load(), Seconds: time.Since(began).Seconds()}
	g.PerSecond = float64(g.Guesses) / g.Seconds
	g.Years = years(128, g.PerSecond)
	last := f.labs.Client("guesser", seat.From(r.Context())) // this one is in the visitor's inspector
	defer last.Close()
	last.Do(r.Context(), http.MethodGet, "/api/session/me", cookie(from, randomID()), nil)
	return g
}

func randomID() string {
	id := make([]byte, 32)
	rand.Read(id)
	return base64.RawURLEncoding.EncodeToString(id)
}

// cookie is the header of a request with a session ID, in the room of a visitor.
func cookie(visitor door.Client, id string) http.Header {
	return http.Header{"Cookie": {visitor.CookieName(lab.SessionCookie) + "=" + id}}
}

// years is how long it takes to try all values of that many bits, as "1.2 × 10^28".
func years(bits uint, perSecond float64) string {
	if perSecond <= 0 {
		return "infinitely many"
	}
	all := new(big.Float).SetInt(new(big.Int).Lsh(big.NewInt(1), bits))
	all.Quo(all, big.NewFloat(perSecond*365.25*24*60*60))
	exact, _ := all.Float64()
	exponent := math.Floor(math.Log10(exact))
	return fmt.Sprintf("%.1f × 10^%.0f", exact/math.Pow(10, exponent), exponent)
}
