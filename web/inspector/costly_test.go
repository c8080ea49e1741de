package inspector_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/inspector"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// A token that somebody has changed so that nobody can read it, and a secret that has not
// signed it: what was changed is searched for, which is costly.
const (
	someToken = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1_IjoiYWRhIiwicm9sZSI6InVzZXIiLCJhdWQiOiJ1cm46ZXhhbXBsZTphcHAiLCJpc3MiOiJ1cm46ZXhhbXBsZSIsIndoeSI6ImEgdG9rZW4gYXMgbG9uZyBhcyB0aG9zZSB0" +
		"aGF0IHBlb3BsZSBoYXZlIGRheSBieSBkYXksIHNvIHRoYXQgc2VhcmNoaW5nIGZvciBhIGNoYXJhY3RlciB0aGF0IHdhcyBjaGFuZ2VkIGFmdGVyIHNpZ25pbmcgdGFrZXMgYSB3aGlsZSJ9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	otherSecret = "another secret than the one that signed it"
)

// A13: while all that may be computed at once is under way, and as much waits, what is costly
// is refused with a sentence and a time, at the API and on the page; what is cheap is
// answered as ever.
func TestCostlyTokensWaitAndCheapOnesDoNot(t *testing.T) {
	t.Parallel()
	busy := turns.New(1)
	occupy(t, busy)
	site := &inspector.Inspector{Traces: inspector.InMemory(trace.NewLog()), Turns: busy, Page: func(_ *http.Request, title, active string) layout.Page {
		return layout.Page{Title: title, Active: active, Static: "/static/x"}
	}}
	mux := http.NewServeMux()
	site.Routes(mux)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(door.WithClient(r.Context(), &door.Client{Address: "192.0.2.255"})))
	}))
	t.Cleanup(server.Close)
	asJSON := func(token, secret string) (int, string, string) {
		return post(t, server.URL+"/api/inspect/token", "application/json", fmt.Sprintf(`{"token":%q,"key":{"secret":%q}}`, token, secret))
	}
	asForm := func(do, token, secret string) (int, string, string) {
		return post(t, server.URL+"/inspector/token", "application/x-www-form-urlencoded", url.Values{"do": {do}, "token": {token}, "key": {secret}}.Encode())
	}
	if status, retry, body := asJSON(someToken, otherSecret); status != 503 || retry != "5" || !strings.Contains(body, "This site is busy") {
		t.Errorf("costly: %d, %q, %s", status, retry, body)
	}
	for _, do := range []string{"inspect", "type", "flip"} {
		status, retry, body := asForm(do, someToken, otherSecret)
		if status != 503 || retry != "5" || !strings.Contains(body, "This site is busy") || !strings.Contains(body, someToken) {
			t.Errorf("%s on the page: %d, %q", do, status, retry)
		}
	}
	for what, token := range map[string]string{"no key": someToken, "no token": "hello", "nothing": ""} {
		if status, _, _ := asForm("inspect", token, ""); status != 200 {
			t.Errorf("%s on the page: %d", what, status)
		}
	}
	if status, _, _ := asForm("sample", "", ""); status != 200 {
		t.Errorf("the sample: %d", status)
	}
}

// occupy has somebody compute, and as many others at the address wait as can, for both kinds of work,
// until the test ends.
func occupy(t *testing.T, busy *turns.Gate) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	t.Cleanup(func() { cancel(); all.Wait() })
	for _, kind := range []turns.Kind{turns.Brief, turns.Long} {
		full := make(chan struct{})
		tell := sync.OnceFunc(func() { close(full) })
		for range 1000 {
			all.Go(func() {
				one := door.WithClient(ctx, &door.Client{Address: "192.0.2.255"})
				release, err := busy.Turn(one, kind)
				if _, refused := errors.AsType[*turns.Refusal](err); refused {
					tell()
				}
				if err == nil {
					<-ctx.Done()
					release()
				}
			})
		}
		<-full
	}
}

func post(t *testing.T, address, kind, body string) (status int, retry, text string) {
	t.Helper()
	answer, err := http.Post(address, kind, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Retry-After"), string(read)
}
