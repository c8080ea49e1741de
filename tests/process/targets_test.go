package process

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// facing are the ways in which the program faces visitors.
var facing = map[string][]string{"one server": {"serve"}, "two servers": {"serve", "--servers=2"}, "a server alone": {"server"}}

// A2: what a front's net/http lets through and a server's refuses is refused by the front
// in words of ours, with one server, with two, and alike by a server alone.
func TestWhatNoServerTakesIsRefused(t *testing.T) {
	t.Parallel()
	const path = "/api/session/me"
	get := func(target, host string, lines ...string) string {
		return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + strings.Join(lines, "") + "\r\n"
	}
	cases := map[string]struct {
		request string
		want    int
	}{
		"as it should be":          {get(path, "localhost"), 401},
		"a whole address":          {get("http://localhost"+path, "other.example"), 401},
		"with a name and password": {get("http://a:b@localhost:1"+path, "localhost"), 401},
		"a zone with a blank":      {get("http://[::1%25a%20b]"+path, "localhost"), 400},
		"a zone with brackets":     {get("http://[::1%25a<b]"+path, "localhost"), 400},
		"a host with a bracket":    {get("http://a<b.localhost"+path, "localhost"), 400},
		"a host with an umlaut":    {get("http://\xc3\xbc.localhost"+path, "localhost"), 400},
		"a host with half of one":  {get("http://%ff.localhost"+path, "localhost"), 400},
		"an address in no bracket": {get(path, "::1"), 400},
		"a port of five nines":     {get(path, "localhost:99999"), 400},
		"a port in letters":        {get(path, "localhost:http"), 400},
		"two ports":                {get(path, "localhost:80:80"), 400},
		"an empty host":            {get(path, ""), 400},
		"no host, HTTP/1.0":        {"GET " + path + " HTTP/1.0\r\n\r\n", 400},
		"a host of signs":          {get(path, "!$&'()*+,;=~"), 400},
		"another host":             {get(path, "evil.example"), 421},
		"an asterisk":              {get("*", "localhost"), 400},
		"options of everything":    {"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400},
		"an address of mail":       {get("mailto:x", "localhost"), 400},
		"another protocol":         {get("ftp://localhost"+path, "localhost"), 401},
		"a tunnel":                 {"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400},
		"a tunnel to a path":       {"CONNECT " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405},
		"an unclean tunnel":        {"CONNECT /api/session/../session/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405},
		"HTTP/2 without TLS":       {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
		"a path that grows":        {get("/api/session/"+strings.Repeat("\xff", 30_000), "localhost"), 404},
		"a query that is long":     {get(path+"?"+strings.Repeat("\xff", 30_000), "localhost"), 401},
		"headers that just fit":    {get(path, "localhost", "X: "+strings.Repeat("x", 36_600)+"\r\n"), 401},
		"short lines":              {get(path, "localhost", strings.Repeat("a:\r\n", 8_500)), 401},
		"many names":               {get(path, "localhost", lines(5_000)), 401},
		"headers that do not fit":  {get(path, "localhost", "X: "+strings.Repeat("x", 40_000)+"\r\n"), 431},
		"Expect":                   {get(path, "localhost", "Expect: wonders\r\n"), 417},
		"Upgrade":                  {get(path, "localhost", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"), 401},
		"bytes that are no ASCII":  {get(path, "localhost", "X-\xff: \xfe\r\n"), 400},
	}
	for name, arguments := range facing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, arguments...)
			for what, test := range cases {
				begun := time.Now()
				if statuses := s.rawWithin(5*time.Second, test.request); len(statuses) != 1 || statuses[0] != test.want {
					t.Errorf("%s: answered with %v after %v, want %d", what, statuses, time.Since(begun), test.want)
				}
			}
			s.thinksNoServerAway()
		})
	}
}

// lines are n different header lines.
func lines(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%x:\r\n", i)
	}
	return text.String()
}

// rawWithin sends bytes as they are and nothing after them, and returns the status of
// each answer until the other side closes, or for so long.
func (s *visit) rawWithin(bound time.Duration, request string) (statuses []int) {
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.t.Error(err)
		return nil
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(bound))
	go io.WriteString(connection, request)
	reader := bufio.NewReader(connection)
	for {
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			return statuses
		}
		statuses = append(statuses, answer.StatusCode)
		io.Copy(io.Discard, answer.Body)
	}
}

// thinksNoServerAway checks that nothing that was sent has been taken for the fault of a
// server.
func (s *visit) thinksNoServerAway() {
	s.t.Helper()
	for _, sign := range []string{"request failed", "does not answer", "crashed", "panic"} {
		if strings.Contains(s.Log.String(), sign) {
			s.t.Errorf("the log says %q", sign)
		}
	}
}

// A2: whatever is sent, the answer is one of ours or the connection closes; no request
// is tried again, and no server thought to be away.
func TestNothingThatIsSentLooksLikeAFault(t *testing.T) {
	t.Parallel()
	for name, arguments := range facing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, arguments...)
			seed := uint64(time.Now().UnixNano())
			statuses, mu := map[int]int{}, sync.Mutex{}
			var sending sync.WaitGroup
			for n := range uint64(4) {
				sending.Go(func() {
					m := mess{rand.New(rand.NewPCG(seed, n))}
					for end := time.Now().Add(*messing); time.Now().Before(end); {
						request := m.request()
						got := s.rawWithin(8*time.Second, request)
						mu.Lock()
						for _, status := range got {
							statuses[status]++
							if status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported {
								t.Errorf("%.300q: %d", request, status)
							}
						}
						mu.Unlock()
					}
				})
			}
			sending.Wait()
			s.thinksNoServerAway()
			if a := s.sessionMe(); a.status != 401 || statuses[401] == 0 || statuses[400] == 0 {
				t.Errorf("afterwards: %d; %v", a.status, statuses)
			}
			t.Logf("seed %d: %v", seed, statuses)
		})
	}
}
