package lab

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/lab/careless"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/token/inspect"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// The weak secrets of this lab: a word of the list, small or with a capital, and a
// number, as people choose them.
const maxNumber = 2100

// Guess is one of a run through the weak secrets.
type Guess struct {
	Secret    string  `json:"secret,omitzero"` // what signed the token, at the end; none when it is no weak one
	Tried     int     `json:"tried"`
	Of        int     `json:"of"`
	Last      string  `json:"last,omitzero"` // tried
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	Years     string  `json:"years,omitzero"` // that a secret of 256 random bits would take at this rate
}

// weakToken answers POST /api/labs/forgery/weak: a token as another site might issue
// it, signed by HS256 with a secret that somebody thought up. It opens nothing here.
func (f *forger) weakToken(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	words := inspect.CommonSecrets()
	secret := capital(words[rand.IntN(len(words))], rand.IntN(2) == 1) + strconv.Itoa(rand.IntN(maxNumber))
	header := []careless.Member{{Name: "alg", Value: []byte(`"HS256"`)}, {Name: "typ", Value: []byte(`"at+jwt"`)}}
	payload := careless.With(careless.With(careless.With(nil, "iss", "urn:a-careless-site"), "name", "ada"), "role", "user")
	text := written(header, payload)
	response.JSON(w, http.StatusOK, map[string]string{"weak": text + "." + encoded(careless.MAC([]byte(secret), text))})
}

// crack answers POST /api/labs/forgery/crack with lines of JSON: how far it is, ten
// times a second, and at last the secret.
func (f *forger) crack(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		Token string `json:"token"`
	}
	if err := request.JSON(r, &asked); err != nil {
		refuse(w, err)
		return
	}
	text, signature, err := macOf(asked.Token)
	if err != nil {
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: sentence(err)})
		return
	}
	done, err := f.labs.turn(r)
	if err != nil {
		response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, Detail: err.Error(), RetryAfter: turns.RetryAfter})
		return
	}
	defer done()
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	found := crack(r.Context(), text, signature, func(g Guess) {
		json.MarshalWrite(w, g) // who has gone away notices in the context
		w.Write([]byte("\n"))
		control.Flush()
	})
	if found.Secret != "" {
		f.note(r, find(foundCracked, "secret", found.Secret, "guess", fmt.Sprint(found.Tried), "seconds", fmt.Sprintf("%.2f", found.Seconds),
			"rate", fmt.Sprintf("%.0f", found.PerSecond)), signatureShown(asked.Token))
	}
}

var errNoMAC = errors.New("this is no token signed by HS256: only what one secret signs can be guessed without asking anybody")

// macOf returns what an HS256 token's signature is over, and the signature.
func macOf(token string) (text string, signature []byte, err error) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 || strings.Count(token, ".") != 2 {
		return "", nil, errNoMAC
	}
	signature, err = base64.RawURLEncoding.DecodeString(token[dot+1:])
	var header struct {
		Algorithm string `json:"alg"`
	}
	raw, err2 := base64.RawURLEncoding.DecodeString(token[:strings.IndexByte(token, '.')])
	if err != nil || err2 != nil || json.Unmarshal(raw, &header) != nil || header.Algorithm != "HS256" || len(signature) != sha256.Size {
		return "", nil, errNoMAC
	}
	return token[:dot], signature, nil
}

// crack tries one weak secret after the other. It asks nobody: who has a token can
// try at home, as fast as their machine goes.
func crack(ctx context.Context, text string, signature []byte, report func(Guess)) (g Guess) {
	began := time.Now()
	told := began
	measure := func() {
		told = time.Now()
		g.Seconds = told.Sub(began).Seconds()
		g.PerSecond = float64(g.Tried) / g.Seconds
	}
	g.Of = len(inspect.CommonSecrets()) * 2 * (maxNumber + 1)
	for secret := range weakSecrets() {
		g.Tried++
		if hmac.Equal(careless.MAC([]byte(secret), text), signature) {
			g.Secret = secret
			break
		}
		if g.Tried%1000 == 0 && time.Since(told) > 100*time.Millisecond {
			measure()
			g.Last = secret
			report(g)
			if ctx.Err() != nil {
				return g
			}
		}
	}
	measure()
	g.Last, g.Years = "", years(256, g.PerSecond)
	report(g)
	return g
}

// weakSecrets are each word, small and with a capital, alone and with each number.
func weakSecrets() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, word := range inspect.CommonSecrets() {
			for _, upper := range []bool{false, true} {
				for number := -1; number < maxNumber; number++ {
					secret := capital(word, upper)
					if number >= 0 {
						secret += strconv.Itoa(number)
					}
					if !yield(secret) {
						return
					}
				}
			}
		}
	}
}

func capital(word string, upper bool) string {
	if !upper || word == "" {
		return word
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
