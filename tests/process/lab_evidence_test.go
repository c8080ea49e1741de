package process

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// history is what a lab's progress says of each thing that happened in it.
type history []struct {
	Client, Method, Path string
	Found                struct {
		Kind  string
		Facts map[string]string
	}
}

func (s *visit) history(lab string) (h history, ticks int) {
	s.t.Helper()
	var state struct {
		Progress struct {
			Ticks   []struct{}
			History history
		}
	}
	s.call("GET", "/api/labs/"+lab, "").into(s.t, &state)
	return state.Progress.History, len(state.Progress.Ticks)
}

// A5: who says to be a client of a lab, in whatever header, is the visitor all the same:
// no task is ticked by it, and nothing in a history, which a record signs, has its name.
func TestNobodyIsALabsClientByItsWord(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("theft")
	s.logIn()
	for _, words := range [][]string{
		{"User-Agent", "TwoDoors-Lab/thief"},
		{"Lab-Client", "thief"},
		{"Lab-Client", " thief"},
		{"Lab-Client", strings.Repeat("A", 26) + " thief"},
	} {
		s.call("GET", "/api/session/me", "", words...)
		s.call("GET", "/api/token/me", "", append(words, "Authorization", "Bearer "+s.token)...)
	}
	happened, ticks := s.history("theft")
	if ticks != 0 || len(happened) < 8 {
		t.Errorf("%d tasks are ticked, %d things happened", ticks, len(happened))
	}
	for _, seen := range happened {
		if seen.Client != "" {
			t.Errorf("%s %s is by %q", seen.Method, seen.Path, seen.Client)
		}
	}
	if n := s.calls("session", 200) + s.calls("token", 200); n != 0 {
		t.Errorf("%d traces are the thief's", n)
	}
	if f, a := s.thief("steal", s.token); a.status != 200 || f["session"].Status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if _, ticks := s.history("theft"); ticks != 1 {
		t.Errorf("the thief itself ticks %d tasks", ticks)
	}
}

// A5: likewise for who judges tokens in the lab of exchange: any request that was let in
// would do.
func TestNobodyIsTheThirdPartyByItsWord(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("exchange")
	s.logIn()
	s.call("GET", "/r/"+s.room()+"/.well-known/jwks.json", "")
	s.call("PATCH", "/api/settings", `{"alg":"ES256"}`)
	s.logIn()
	s.call("GET", "/api/token/me", "", "User-Agent", "TwoDoors-Lab/third party", "Authorization", "Bearer "+s.token)
	if _, ticks := s.history("exchange"); ticks != 1 {
		t.Errorf("%d tasks are ticked", ticks)
	}
}

// A5: what a lab has of its own is lent to seats in that lab only.
func TestLabsLendNothingToOthers(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("theft")
	s.logIn()
	stranger := s.newSeat()
	stranger.logIn()
	for path, body := range map[string]string{
		"theft/steal": "", "theft/try": "", "theft/stop": "",
		"expiry/thief":  `{"refresh_token":"x"}`,
		"forgery/forge": `{"token":"` + s.token + `","kind":"payload"}`, "forgery/weak": "", "forgery/crack": `{"token":"x"}`,
		"forgery/guess": "", "forgery/fixed": `{"id":"bm90aGluZw"}`,
		"exchange/challenge": `{"token":"` + s.token + `"}`, "exchange/answer": `{"good":[0]}`,
		"servers/copy": "", "servers/back": "", "servers/elsewhere": "",
		"storage/ticket": "", "storage/place": `{"place":"memory"}`, "storage/cookie": `{"same_site":"lax"}`, "storage/caught": `{}`,
	} {
		if a := stranger.call("POST", "/api/labs/"+path, body); a.status != http.StatusConflict || !strings.Contains(a.body, "a lab that you are not in") {
			t.Errorf("%s in no lab: %d %s", path, a.status, a.body)
		}
		if strings.HasPrefix(path, "theft/") {
			continue
		}
		if a := s.call("POST", "/api/labs/"+path, body); a.status != http.StatusConflict || !strings.Contains(a.body, "a lab that you are not in") {
			t.Errorf("%s in another lab: %d %s", path, a.status, a.body)
		}
	}
}

// A5: words that a header brings are not taken for what the lab has seen, a cookie that
// somebody made up is not the practice cookie, and nothing is reported of pages that
// nobody has opened.
func TestStorageNotesNoHeaderAsItsOwn(t *testing.T) {
	t.Parallel()
	s := open(t)
	ticket := s.storageTicket()
	s.call("POST", "/api/labs/storage/cookie", `{"http_only":true,"same_site":"lax"}`)
	const words = "link, with the practice cookie; Sec-Fetch-Site cross-site"
	arrived := "/labs/storage/arrived?by=load&ticket=" + ticket
	s.newSeat().call("GET", arrived, "", "Origin", words)
	s.newSeat().call("GET", arrived, "", "Sec-Fetch-Site", words)
	s.newSeat().call("GET", arrived, "", "Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example", "Cookie", "practice=made-up")
	s.call("GET", arrived, "", "Sec-Fetch-Site", "cross-site")
	before := s.cookieFor("/labs/storage", "practice")
	s.call("POST", "/api/labs/storage/cookie", `{"http_only":true,"same_site":"strict"}`)
	s.newSeat().call("GET", arrived, "", "Sec-Fetch-Site", "cross-site", "Cookie", "practice="+before)
	happened, _ := s.history("storage")
	var notes []string
	for _, seen := range happened {
		if f := seen.Found; f.Kind == "arrived" {
			notes = append(notes, f.Facts["by"]+", "+f.Facts["practice"]+", "+f.Facts["fetch_site"]+", "+f.Facts["origin"])
		}
	}
	want := []string{
		"load, without, not said, not said",
		"load, without, not said, not said",
		"load, without, cross-site, https://elsewhere.example",
		"load, with, cross-site, not said",
		"load, before, cross-site, not said",
	}
	if got, _ := json.Marshal(notes); string(got) != string(must(json.Marshal(want))) {
		t.Errorf("%s", got)
	}
	reports := func(body string) int { return s.call("POST", "/api/labs/storage/caught", body).status }
	if status := reports(`{"localStorage":"eyJhbG"}`); status != 409 {
		t.Errorf("before the page was opened: %d", status)
	}
	s.call("GET", "/labs/storage/hole?say=x&ticket="+ticket, "")
	for _, cookie := range []string{"practice=made-u", "practice="} {
		if status := reports(`{"cookie":"` + cookie + `"}`); status != 422 {
			t.Errorf("%s, which was made up: %d", cookie, status)
		}
	}
	if first, second := reports(`{"localStorage":"eyJhbG"}`), reports(`{"localStorage":"eyJhbG"}`); first != 204 || second != 409 {
		t.Errorf("after it was opened once: %d, %d", first, second)
	}
	if a := s.call("POST", "/api/labs/storage/saw?ticket="+ticket, `{"load":true}`); a.status != 409 {
		t.Errorf("of a foreign page that nobody opened: %d", a.status)
	}
}

// cookieFor is the value of a cookie that goes along to a path.
func (s *visit) cookieFor(path, name string) string {
	s.t.Helper()
	at, _ := url.Parse(s.URL + path)
	for _, c := range s.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	s.t.Fatalf("there is no cookie %s for %s", name, path)
	return ""
}

func must(text []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return text
}
