package class

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"twodoors/web/httpio"
	"twodoors/web/limit"
	"twodoors/web/seat"
)

// wordLasts is how long a word that lets somebody in again can be used.
const wordLasts = time.Minute

// Words that are typed are counted by the address that they come from; those of maxAddresses are.
var wordTries = limit.Rate{Burst: 10, Every: 6 * time.Second}

const maxAddresses = 10_000

// words let people in again at another device, or after their browser lost its cookies: the lecturer has one made
// for a person, says it, and the person types it. Each is used once. They are in memory alone.
type words struct {
	mu    sync.Mutex
	good  map[string]word // by the word
	tries *limit.Buckets[string]
}

type word struct {
	person string
	until  time.Time
}

// LetIn returns a person of the open class, and a word with which they can come in again, for a minute, once. It takes the place
// of an earlier one.
func (c *Classes) LetIn(id string) (p *Person, word string, err error) {
	now := c.Current()
	if now == nil {
		return nil, "", errNoClass
	}
	if p = now.ByID(id); p == nil {
		return nil, "", errNobody
	}
	return p, c.words.make(id, c.Now()), nil
}

var errWord = &httpio.Fault{Status: http.StatusForbidden,
	Detail: "This word is not valid: it was mistyped, used already, or is more than a minute old. Ask your lecturer for another one."}

// Rejoin returns the seat of the person for whom a word was made. Network is the address that it comes from, as it is
// counted. Each try is counted before it is looked at, and the right one is taken back.
func (c *Classes) Rejoin(typed, network string) (of seat.Seat, err error) {
	try := map[string]limit.Rate{network: wordTries}
	if wait := c.words.tries.Take(try, c.Now()); wait > 0 {
		return of, &httpio.Fault{Status: http.StatusTooManyRequests, After: wait, Detail: "Too many wrong words from your address. Wait a minute and try again."}
	}
	id, good := c.words.use(strings.ToLower(strings.TrimSpace(typed)), c.Now())
	now := c.Current()
	if !good || now == nil || now.ByID(id) == nil {
		return of, errWord
	}
	of, ours := c.Seats.Unseal(now.ByID(id).sealed)
	if !ours {
		slog.Error("the seat of a person in the class cannot be opened", "person", id)
		return of, errWord
	}
	c.words.tries.Return(try)
	return of, nil
}

func (w *words) make(person string, now time.Time) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.good == nil {
		w.good = map[string]word{}
	}
	for text, made := range w.good {
		if made.person == person || now.After(made.until) {
			delete(w.good, text)
		}
	}
	text := newWord()
	w.good[text] = word{person, now.Add(wordLasts)}
	return text
}

func (w *words) use(text string, now time.Time) (person string, good bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	made, found := w.good[text]
	delete(w.good, text)
	return made.person, found && now.Before(made.until)
}

// The sounds of words: nobody confuses them when they are read aloud.
const (
	consonants = "bdfgklmnprstvz"
	vowels     = "aeiou"
)

// newWord draws three syllables: one of 343,000.
func newWord() string {
	random := make([]byte, 6)
	rand.Read(random)
	var text strings.Builder
	for i, b := range random {
		sounds := consonants
		if i%2 == 1 {
			sounds = vowels
		}
		text.WriteByte(sounds[int(b)%len(sounds)])
	}
	return text.String()
}
