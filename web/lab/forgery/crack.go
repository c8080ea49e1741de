package forgery

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/httpio"
	"twodoors/web/jwtinspect"
	"twodoors/web/lab"
	"twodoors/web/lab/forgery/careless"
	"twodoors/web/trace"
)

// The weak secrets of this lab: a word from the list, in lower case or capitalized, and a number, as people choose
// them.
const maxNumber = 2100

// attempt is how far a run through the weak secrets is.
type attempt struct {
	Secret    string  `json:"secret,omitzero"` // what signed the token, at the end; empty when it is not a weak one
	Tried     int     `json:"tried"`
	Of        int     `json:"of"`
	Last      string  `json:"last,omitzero"` // tried
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	Years     string  `json:"years,omitzero"` // that a secret of 256 random bits would take at this rate
}

// weakToken answers POST /api/labs/forgery/weak: a token that another site might issue, signed with HS256 and a secret
// that a person made up. It opens nothing here.
func (f *forger) weakToken(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	words := jwtinspect.CommonSecrets()
	secret := capital(words[rand.IntN(len(words))], rand.IntN(2) == 1) + strconv.Itoa(rand.IntN(maxNumber))
	header := []careless.Member{{Name: "alg", Value: []byte(`"HS256"`)}, {Name: "typ", Value: []byte(`"at+jwt"`)}}
	payload := careless.With(careless.With(careless.With(nil, "iss", "urn:a-careless-site"), "name", "ada"), "role", "user")
	text := signingInput(header, payload)
	httpio.WriteJSON(w, http.StatusOK, map[string]string{
		"weak": text + "." + encoded(careless.MAC([]byte(secret), text)),
		"says": "You have a token of another site, signed with HS256 and a secret that somebody made up.",
	})
}

// crack answers POST /api/labs/forgery/crack with lines of JSON: how far it is, ten
// times a second, and at last the secret.
func (f *forger) crack(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		Token string `json:"token"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		lab.Refuse(w, err)
		return
	}
	text, signature, err := macOf(asked.Token)
	if err != nil {
		lab.Refuse(w, err)
		return
	}
	done, ok := f.labs.Turn(w, r)
	if !ok {
		return
	}
	defer done()
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	found := crack(r.Context(), text, signature, func(a attempt) {
		json.MarshalWrite(w, a) // who has gone away notices in the context
		w.Write([]byte("\n"))
		control.Flush()
	})
	if found.Secret != "" {
		f.note(r, crackedSecret.Found("secret", found.Secret, "guess", fmt.Sprint(found.Tried), "seconds", fmt.Sprintf("%.2f", found.Seconds),
			"rate", fmt.Sprintf("%.0f", found.PerSecond)), lab.TokenCredential(asked.Token))
	}
}

var errNoMAC = unprocessable("This token is not signed with HS256. Only a shared secret can be guessed offline.")

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

// crack tries one weak secret after another, offline: anyone who has a token can do so, as fast as their machine
// allows.
func crack(ctx context.Context, text string, signature []byte, report func(attempt)) (a attempt) {
	began := time.Now()
	told := began
	measure := func() {
		told = time.Now()
		a.Seconds = told.Sub(began).Seconds()
		a.PerSecond = float64(a.Tried) / a.Seconds
	}
	a.Of = len(jwtinspect.CommonSecrets()) * 2 * (maxNumber + 1)
	for secret := range weakSecrets() {
		a.Tried++
		if hmac.Equal(careless.MAC([]byte(secret), text), signature) {
			a.Secret = secret
			break
		}
		if a.Tried%1000 == 0 && time.Since(told) > 100*time.Millisecond {
			measure()
			a.Last = secret
			report(a)
			if ctx.Err() != nil {
				return a
			}
		}
	}
	measure()
	a.Last, a.Years = "", years(256, a.PerSecond)
	report(a)
	return a
}

// weakSecrets are each word, in lower case and capitalized, alone and with each number.
func weakSecrets() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, word := range jwtinspect.CommonSecrets() {
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
