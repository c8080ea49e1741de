package process

import (
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"twodoors/data"
)

type embedded struct{ ID, URL, Trace string }

// embed gives out a copy of the trace of an answer.
func (s *visit) embed(of answer) embedded {
	s.t.Helper()
	a := s.call("POST", "/api/traces/"+of.header.Get("Trace-Id")+"/embed", "")
	if a.status != http.StatusCreated {
		s.t.Fatalf("embed: %d %s", a.status, a.body)
	}
	var e embedded
	a.into(s.t, &e)
	if want := s.URL + "/embed/" + e.ID; e.URL != want || e.ID == e.Trace {
		s.t.Errorf("%+v", e)
	}
	return e
}

// framed asks for an embedded trace as a page of another site does, with all that could say who asks.
func (s *visit) framed(id string, headers ...string) answer {
	s.t.Helper()
	stranger := visiting(s.t, s.Site)
	return stranger.call("GET", "/embed/"+id, "", slices.Concat([]string{"Accept", "text/html", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "iframe"}, headers)...)
}

// I3: an embedded trace is shown to everybody, in a frame on any site. No other page can be framed. The page of the
// trace sets no cookie and reads none.
func TestEmbeddedTraceIsForEverybody(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"front": {"serve"}, "server alone": {"server"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, arguments...)
			s.call("GET", "/", "")
			s.logIn()
			me := s.tokenMe()
			e := s.embed(me)
			before := s.call("GET", "/api/traces", "").body
			plain := s.framed(e.ID)
			for what, a := range map[string]answer{
				"a stranger": plain,
				"a seat":     s.framed(e.ID, "Cookie", "seat="+strings.Repeat("x", 43)+"; session=abc; session-zzzz=1"),
				"a terminal": s.framed(e.ID, "Seat", "nobody", "Authorization", "Bearer x", "Room", "zzzz"),
				"the owner":  s.call("GET", "/embed/"+e.ID, "", "Accept", "text/html"),
			} {
				if a.status != 200 || a.body != plain.body {
					t.Errorf("%s: %d, another page than the stranger's: %v", what, a.status, a.body != plain.body)
				}
				expectFramable(t, what, a)
			}
			if after := s.call("GET", "/api/traces", "").body; after != before {
				t.Error("looking at an embedded trace leaves a trace")
			}
			expectReadOnly(t, plain.body, s.token)
			for _, path := range []string{"/", "/inspector", "/inspector/" + me.header.Get("Trace-Id"), "/inspector/embeds", "/inspector/token", "/embed/" + e.ID + "/x", "/embed/"} {
				if policy := s.call("GET", path, "", "Accept", "text/html").header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
					t.Errorf("%s may be framed: %q", path, policy)
				}
			}
		})
	}
}

// expectFramable expects the headers of what pages of other sites may frame, and of nothing else.
func expectFramable(t *testing.T, what string, a answer) {
	t.Helper()
	for name, value := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors * file:",
		"Cache-Control":           "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Resource-Policy": "cross-origin", "Content-Type": "text/html; charset=utf-8",
		"Set-Cookie": "", "Trace-Id": "", "X-Frame-Options": "",
	} {
		if got := a.header.Get(name); got != value {
			t.Errorf("%s: %s %q", what, name, got)
		}
	}
}

// expectReadOnly expects a page to show a request, with nothing to press and nothing of its token.
func expectReadOnly(t *testing.T, page, token string) {
	t.Helper()
	for _, has := range []string{"token.decode", "ada", "/api/token/me", "Allowed"} {
		if !strings.Contains(page, has) {
			t.Errorf("the page has no %s", has)
		}
	}
	if pressed := regexp.MustCompile(`<(a|button|form|input|script|iframe)\b`).FindString(page); pressed != "" {
		t.Errorf("there is something to press in it: %s", pressed)
	}
	for _, part := range strings.Split(token, ".") {
		if strings.Contains(page, part) {
			t.Errorf("it shows this of the token: %s", part)
		}
	}
}

// I3: a seat embeds its own traces only, and takes back its own only; what was taken back is gone, like an
// id that was guessed. Cleared and restarted, the embedded trace stays.
func TestOnlyItsOwnerEmbedsAndTakesBack(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db)
	s.call("GET", "/", "")
	me := s.sessionMe()
	e := s.embed(me)
	if again := s.embed(me); again != e {
		t.Errorf("embedded twice: %+v and %+v", e, again)
	}
	other := s.newSeat()
	other.call("GET", "/", "")
	for path, method := range map[string]string{"/api/traces/" + e.Trace + "/embed": "POST", "/api/embeds/" + e.ID: "DELETE"} {
		if a := other.call(method, path, ""); a.status != 404 {
			t.Errorf("%s %s of another seat: %d", method, path, a.status)
		}
	}
	if a := other.call("POST", "/inspector/embeds/"+e.ID+"/remove", "", "Content-Type", "application/x-www-form-urlencoded"); a.status != 404 {
		t.Errorf("the form of another seat: %d", a.status)
	}
	if a := other.call("GET", "/api/embeds", ""); a.body != "[]\n" {
		t.Errorf("another seat sees %s", a.body)
	}
	if a := s.call("POST", "/api/traces/"+e.Trace+"/embed", "", "Sec-Fetch-Site", "cross-site"); a.status != 403 {
		t.Errorf("another site's page embeds: %d", a.status)
	}
	s.expectNoneEmbedded(e.Trace, strings.Repeat("A", 26), "x", "%00", "..%2f"+e.ID, strings.ToLower(e.ID))
	if a := s.call("POST", "/embed/"+e.ID, ""); a.status != 405 {
		t.Errorf("POST: %d", a.status)
	}
	r, err := http.NewRequest("GET", s.URL+"/embed/"+e.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	if a, err := s.client.Do(r); err != nil || a.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("under another host: %v, %v", a, err)
	} else {
		a.Body.Close()
	}
	s.call("POST", "/inspector/clear", "")
	s.Cmd.Process.Kill()
	s.Ended(t)
	if a := openOn(t, db).framed(e.ID); a.status != 200 {
		t.Errorf("after clearing and a restart: %d", a.status)
	}
}

// expectNoneEmbedded expects these ids to be those of no embedded trace.
func (s *visit) expectNoneEmbedded(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		if a := s.framed(id); a.status != 404 && a.status != 301 && a.status != 307 {
			s.t.Errorf("%s: %d", id, a.status)
		}
	}
}

// C4: a seat embeds a bounded number of traces, and is told what to do then.
func TestEmbeddedTracesAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.call("GET", "/", "")
	var last embedded
	for range data.MaxEmbedsPerSeat {
		last = s.embed(s.sessionMe())
	}
	one := s.sessionMe()
	a := s.call("POST", "/api/traces/"+one.header.Get("Trace-Id")+"/embed", "")
	if a.status != 409 || !strings.Contains(a.body, "Take one back") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := s.call("POST", "/inspector/"+one.header.Get("Trace-Id")+"/embed", "", "Accept", "text/html"); a.status != 409 || !strings.Contains(a.body, "Take one back") {
		t.Errorf("%d %s", a.status, a.body)
	}
	var all []embedded
	s.call("GET", "/api/embeds", "").into(t, &all)
	if len(all) != data.MaxEmbedsPerSeat {
		t.Errorf("%d are listed", len(all))
	}
	if a := s.call("DELETE", "/api/embeds/"+last.ID, ""); a.status != 204 {
		t.Errorf("taken back: %d %s", a.status, a.body)
	}
	if a := s.framed(last.ID); a.status != 404 || !strings.Contains(a.body, "taken it back") || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors *") {
		t.Errorf("%d %s", a.status, a.body)
	}
	s.embed(one)
}

// W6: whatever a request says is inert in a slide.
func TestHostileRequestIsInertInASlide(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.call("GET", "/", "")
	hostile := "/api/token/" + strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", " ", "%20").Replace(`"><script>alert(1)</script><img src=x onerror=alert(1)>`) + "%E2%80%AE"
	e := s.embed(s.call("GET", hostile, "", "User-Agent", "<script>alert(2)</script>", "Authorization", "Bearer eyJhbGciOiJub25lIiwia2lkIjoiPHNjcmlwdD4ifQ.e30.AAAA"))
	body := s.framed(e.ID, "Accept-Encoding", "identity").body
	for _, bad := range []string{"<script", "<img", "\u202e", "alert(2)"} {
		if strings.Contains(body, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	for _, theme := range []string{"dark", "light"} {
		if page := s.framed(e.ID + "?theme=" + theme).body; !strings.Contains(page, `data-theme="`+theme+`"`) {
			t.Errorf("no %s page", theme)
		}
	}
	if page := s.framed(e.ID + `?theme="><script>`).body; strings.Contains(page, "<script") || strings.Contains(page, "data-theme") {
		t.Error("a theme that is none is in the page")
	}
}

// The file has what the list has, or what was named, and of other seats nothing.
func TestRequestsAreSavedAsHAR(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.call("GET", "/", "")
	s.logIn()
	first, second := s.tokenMe(), s.sessionMe()
	saved := func(query string) (ids []string, a answer) {
		a = s.call("GET", "/api/traces.har"+query, "")
		var file struct {
			Log struct {
				Version string
				Entries []struct {
					Trace string `json:"_trace"`
				}
			}
		}
		if a.status == 200 {
			a.into(t, &file)
			if file.Log.Version != "1.2" {
				t.Error(a.body)
			}
		}
		for _, e := range file.Log.Entries {
			ids = append(ids, e.Trace)
		}
		return ids, a
	}
	one, two := first.header.Get("Trace-Id"), second.header.Get("Trace-Id")
	if ids, a := saved("?id=" + two + "&id=" + one); !slices.Equal(ids, []string{one, two}) || a.header.Get("Content-Disposition") != `attachment; filename="two-doors.har"` {
		t.Errorf("%q %q", ids, a.header)
	}
	if ids, a := saved("?door=session"); len(ids) != 2 || ids[1] != two || strings.Contains(a.body, one) {
		t.Errorf("%q", ids)
	}
	all, a := saved("")
	if len(all) != 4 || strings.Contains(a.body, s.token) || strings.Contains(a.body, strings.Split(s.token, ".")[2]) {
		t.Errorf("%q, or the token is in it", all)
	}
	for query, want := range map[string]int{"?door=window": 400, "?id=" + strings.Repeat("A", 26): 404} {
		if _, a := saved(query); a.status != want {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	other := s.newSeat()
	if a := other.call("GET", "/api/traces.har?id="+one, ""); a.status != 404 {
		t.Errorf("another seat's: %d", a.status)
	}
}
