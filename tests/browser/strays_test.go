package browser

import (
	"net"
	"net/http"
	"testing"
)

// A browser sends the cookies of a host whatever port set them. Those of another
// program, with the names of ours and for paths of ours, keep nobody out of either door.
func TestCookiesOfAnotherProgramLockNobodyOut(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	plant(b, "session=theirs; Path=/api", "session=theirs; Path=/session", "session=theirs; Path=/session/account", "refresh=theirs; Path=/")
	b.logInAtBoth()
	b.visit("/session/account") // here the browser sends those of /session, too
	b.untilText("main", "two cookies named session")
	b.visit("/session/account")
	b.untilText("main", "ada")
	status := eval[int](b, `fetch('/api/token/refresh', {method: 'POST'}).then(r => r.status)`)
	if again := eval[int](b, `fetch('/api/token/refresh', {method: 'POST'}).then(r => r.status)`); again != 200 {
		t.Errorf("refreshing: %d, then %d", status, again)
	}
}

// plant visits another program on the host of the site, which sets cookies.
func plant(b *tab, cookies ...string) {
	b.t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		b.t.Fatal(err)
	}
	program := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, cookie := range cookies {
			w.Header().Add("Set-Cookie", cookie)
		}
	})}
	go program.Serve(listener)
	b.t.Cleanup(func() { program.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		b.t.Fatal(err)
	}
	ours := b.URL
	b.URL = "http://localhost:" + port
	b.visit("/")
	b.URL = ours
}
