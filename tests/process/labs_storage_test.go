package process

import (
	"net/url"
	"strings"
	"testing"
)

// W4, C2: the page with a hole opens for the seat that is in its lab, with the ticket
// that this seat was told, and from this site's own pages. Nobody can be lured there.
func TestHoleOpensForItsOwnSeatOnly(t *testing.T) {
	t.Parallel()
	s := open(t)
	const say = "&say=" + "%3Cscript%3E1%3C/script%3E"
	if a := s.call("GET", "/labs/storage/hole?ticket=x"+say, ""); a.status != 409 {
		t.Errorf("outside of the lab: %d", a.status)
	}
	ticket := s.storageTicket()
	other := s.newSeat()
	theirs := other.storageTicket()
	for what, test := range map[string]struct {
		who    *visit
		ticket string
		header []string
		status int
	}{
		"with its ticket":              {s, ticket, nil, 200},
		"from a page of this site":     {s, ticket, []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"from another site":            {s, ticket, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"from a neighbouring site":     {s, ticket, []string{"Sec-Fetch-Site", "same-site"}, 403},
		"typed, or from another app":   {s, ticket, []string{"Sec-Fetch-Site", "none"}, 403},
		"without a ticket":             {s, "", nil, 403},
		"with the ticket of another":   {s, theirs, nil, 403},
		"another, with this ticket":    {other, ticket, nil, 403},
		"with a ticket of no lab ever": {s, strings.Repeat("A", 26), nil, 403},
	} {
		a := test.who.call("GET", "/labs/storage/hole?ticket="+test.ticket+say, "", test.header...)
		if a.status != test.status || strings.Contains(a.body, "<script>1") != (test.status == 200) {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	if a := s.call("POST", "/api/labs/storage/leave", ""); a.status != 200 {
		t.Fatalf("leave: %d", a.status)
	}
	if a := s.call("GET", "/labs/storage/hole?ticket="+ticket+say, ""); a.status != 409 {
		t.Errorf("after leaving: %d", a.status)
	}
}

// storageTicket begins the lab of storage and asks for its ticket.
func (s *visit) storageTicket() string {
	s.t.Helper()
	s.beginLab("storage")
	var told struct{ Ticket string }
	s.call("POST", "/api/labs/storage/ticket", "").into(s.t, &told)
	return told.Ticket
}

// W4: its policy lets inline script run and nothing else but a report to one address;
// no other page has it.
func TestPolicyOfTheHole(t *testing.T) {
	t.Parallel()
	s := open(t)
	ticket := s.storageTicket()
	policy := s.call("GET", "/labs/storage/hole?ticket="+ticket, "").header.Get("Content-Security-Policy")
	want := "default-src 'none'; script-src 'unsafe-inline'; connect-src " + s.URL + "/api/labs/storage/caught; form-action 'none'; base-uri 'none'; " +
		"object-src 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-same-origin"
	if policy != want {
		t.Errorf("its policy is %s", policy)
	}
	for _, path := range []string{"/", "/labs/storage", "/labs", "/session/account", "/labs/storage/arrived?by=frame&ticket=" + ticket} {
		if policy := s.call("GET", path, "").header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s has the policy %q", path, policy)
		}
	}
}

// W1: what the foreign site sends is answered as everything is, and changes nothing.
func TestForeignSiteIsRefusedAndNoted(t *testing.T) {
	t.Parallel()
	s := open(t)
	ticket := s.storageTicket()
	foreign := strings.NewReplacer("localhost", "127.0.0.1", "127.0.0.1", "localhost").Replace(s.URL)
	for what, test := range map[string]struct {
		method, path string
		header       []string
		status       int
	}{
		"a post from elsewhere":       {"POST", "/labs/storage/arrived?by=post&ticket=" + ticket, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a post with another origin":  {"POST", "/labs/storage/arrived?by=post&ticket=" + ticket, []string{"Origin", foreign}, 403},
		"loading":                     {"GET", "/labs/storage/arrived?by=load&ticket=" + ticket, []string{"Sec-Fetch-Site", "cross-site"}, 200},
		"without a ticket":            {"GET", "/labs/storage/arrived?by=load", nil, 403},
		"a post without a ticket":     {"POST", "/labs/storage/arrived", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"the foreign page, not there": {"GET", "/labs/storage/foreign?ticket=" + ticket, nil, 421},
	} {
		if a := s.call(test.method, test.path, "", test.header...); a.status != test.status {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	elsewhere := s.newSeat().call("POST", "/labs/storage/arrived?by=post&ticket="+ticket, "", "Sec-Fetch-Site", "cross-site")
	if a := s.call("GET", "/api/traces/"+elsewhere.header.Get("Trace-Id"), ""); a.status != 200 || !strings.Contains(a.body, "origin.check") {
		t.Errorf("the trace of what another browser was made to send: %d", a.status)
	}
	there := *s
	site := *s.Site
	site.URL = foreign
	there.Site = &site
	if a := there.call("GET", "/labs/storage/foreign?"+url.Values{"ticket": {ticket}}.Encode(), ""); a.status != 200 {
		t.Errorf("the foreign page under the other name: %d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/labs/storage/cookie", `{"http_only": true, "same_site": "strict"}`); a.status != 200 || !strings.HasPrefix(a.header.Get("Set-Cookie"), "practice=") ||
		!strings.Contains(a.header.Get("Set-Cookie"), "Path=/labs/storage") {
		t.Errorf("the practice cookie: %d %q", a.status, a.header.Get("Set-Cookie"))
	}
}
