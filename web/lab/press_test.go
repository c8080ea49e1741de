package lab_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"twodoors/web/lab"
)

// site answers logins with a cookie and a token, and notes what it was asked.
func site(asked *[]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var cookies []string
		for _, c := range r.Cookies() {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
		slices.Sort(cookies)
		*asked = append(*asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+" "+strings.Join(cookies, ";"))
		w.Header().Set("Trace-Id", "T"+r.URL.Path)
		if r.Method == "POST" {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "new"})
			json.NewEncoder(w).Encode(map[string]string{"access_token": "a.b.c"})
		}
	})
}

// Without a script the site sends what the button would have sent: with the browser's cookies, those that came
// meanwhile, and the token.
func TestPressSendsWhatTheButtonWould(t *testing.T) {
	t.Parallel()
	var asked []string
	visitor := httptest.NewRequestWithContext(t.Context(), "POST", "/labs/restart/act", strings.NewReader("task=0&act=0"))
	visitor.AddCookie(&http.Cookie{Name: "session", Value: "old"})
	visitor.AddCookie(&http.Cookie{Name: "seat", Value: "mine"})
	p := &lab.Press{Entry: site(&asked), Visitor: visitor, Writer: httptest.NewRecorder(), Variables: map[string]string{"WHERE": "there"}, Kept: map[string]string{}}
	act := lab.Act{Calls: []lab.Call{lab.TokenLogin, lab.ProtectedPage("token"), {Path: "/api/$WHERE", Times: 2}}}
	if err := p.Do(act); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"POST /api/token/login  seat=mine;session=old",
		"GET /api/token/me Bearer a.b.c seat=mine;session=new",
		"GET /api/there  seat=mine;session=new",
		"GET /api/there  seat=mine;session=new",
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked were %q", asked)
	}
	if len(p.Replies) != 4 || p.Replies[0].Trace != "T/api/token/login" || p.Kept[lab.Token] != "a.b.c" || len(p.Cookies) != 1 {
		t.Errorf("%v, kept %v, cookies %v", p.Replies, p.Kept, p.Cookies)
	}
}

// What each answer says is there for the page, of a refusal its detail.
func TestPressKeepsWhatAnswersSay(t *testing.T) {
	t.Parallel()
	answers := map[string]func(http.ResponseWriter){
		"/done":    func(w http.ResponseWriter) { w.Write([]byte(`{"says": "It is done.", "detail": "no"}`)) },
		"/refused": func(w http.ResponseWriter) { w.WriteHeader(409); w.Write([]byte(`{"detail": "It is late."}`)) },
		"/empty":   func(w http.ResponseWriter) { w.WriteHeader(204) },
	}
	entry := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answers[r.URL.Path](w) })
	visitor := httptest.NewRequestWithContext(t.Context(), "POST", "/labs/theft/act", nil)
	p := &lab.Press{Entry: entry, Visitor: visitor, Writer: httptest.NewRecorder(), Variables: map[string]string{}, Kept: map[string]string{}}
	if err := p.Do(lab.Act{Calls: []lab.Call{{Path: "/done"}, {Path: "/refused"}, {Path: "/empty"}}}); err != nil {
		t.Fatal(err)
	}
	want := []lab.Reply{{Status: 200, Says: "It is done."}, {Status: 409, Says: "It is late."}, {Status: 204}}
	if !slices.Equal(p.Replies, want) {
		t.Errorf("%+v", p.Replies)
	}
}
