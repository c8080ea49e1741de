package upstream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// listen starts a server, and returns a transport to it.
func listen(t *testing.T, handler http.HandlerFunc) *Transport {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := New(strings.TrimPrefix(server.URL, "http://"))
	t.Cleanup(transport.Close)
	return transport
}

func request(t *testing.T, method, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://server/path?query", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A connection serves one request after another while answers are read to their end.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	transport := listen(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.RemoteAddr+" "+r.Method+" "+r.URL.RequestURI()+" "+r.Host+" "+string(body))
	})
	client := &http.Client{Transport: transport}
	peers := map[string]bool{}
	for _, read := range []bool{true, true, false, true} {
		answer, err := client.Do(request(t, http.MethodPost, "some body"))
		if err != nil {
			t.Fatal(err)
		}
		if read {
			text, err := io.ReadAll(answer.Body)
			peer, rest, _ := strings.Cut(string(text), " ")
			if err != nil || rest != "POST /path?query server some body" {
				t.Errorf("%q, %v", text, err)
			}
			peers[peer] = true
		}
		answer.Body.Close()
	}
	if len(peers) != 2 { // the one that was not read to its end was closed
		t.Errorf("%d connections", len(peers))
	}
}

// An answer is waited for as long as patience lasts, and an error of it is the request's.
func TestPatience(t *testing.T) {
	t.Parallel()
	enough := make(chan struct{})
	transport := listen(t, func(http.ResponseWriter, *http.Request) { <-enough })
	t.Cleanup(func() { close(enough) })
	impatient, asked := errors.New("no more"), 0
	_, err := transport.Send(request(t, http.MethodGet, ""), func(waited time.Duration) (time.Duration, error) {
		if asked++; asked > 3 {
			return 0, impatient
		}
		return 10 * time.Millisecond, nil
	})
	if err != impatient || asked != 4 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	if _, err := transport.Send(request(t, http.MethodGet, ""), func(time.Duration) (time.Duration, error) { return 0, impatient }); !errors.As(err, &NotSentError{}) {
		t.Errorf("without any patience: %v", err)
	}
}

// A request that is given up while it waits ends at once.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	ctx, give := context.WithCancel(t.Context())
	enough := make(chan struct{})
	transport := listen(t, func(http.ResponseWriter, *http.Request) { give(); <-enough })
	t.Cleanup(func() { close(enough) })
	if answer, err := transport.RoundTrip(request(t, http.MethodGet, "").WithContext(ctx)); err == nil {
		answer.Body.Close()
		t.Error("it was answered")
	}
}

// What reached no server is told from what may have been carried out.
func TestNotSent(t *testing.T) {
	t.Parallel()
	if _, err := New("127.0.0.1:1").RoundTrip(request(t, http.MethodGet, "")); !errors.As(err, &NotSentError{}) {
		t.Errorf("nobody listens: %v", err)
	}
	transport := listen(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := transport.RoundTrip(request(t, http.MethodGet, "")); err == nil || errors.As(err, &NotSentError{}) {
		t.Errorf("broken off: %v", err)
	}
}

// What a server says before its answer (RFC 9110 section 15.2) is passed over, and an
// answer without a body leaves the connection to the next.
func TestInterimAndEmptyAnswers(t *testing.T) {
	t.Parallel()
	transport := listen(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Peer", r.RemoteAddr)
		w.WriteHeader(http.StatusNoContent)
	})
	peers := map[string]bool{}
	for range 2 {
		answer, err := transport.RoundTrip(request(t, http.MethodDelete, ""))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusNoContent {
			t.Errorf("%d", answer.StatusCode)
		}
		peers[answer.Header.Get("Peer")] = true
	}
	if len(peers) != 1 {
		t.Errorf("%d connections", len(peers))
	}
}
