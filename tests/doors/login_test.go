package doors

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func credentials(username, password string) string {
	return fmt.Sprintf(`{"username":%q,"password":%q}`, username, password)
}

// newSeat gives the terminal another seat.
func (v *visit) newSeat() *visit {
	other := *v
	other.seat = v.Seats.Make().Value
	return &other
}

// L1: an unknown name and a wrong password cannot be told apart.
func TestUnknownNameLooksLikeWrongPassword(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, path := range []string{"/api/session/login", "/api/token/login"} {
		known := v.call("POST", path, credentials("ada", "wrong"))
		unknown := v.call("POST", path, credentials("nobody", "wrong"))
		id := regexp.MustCompile(`"trace":"[A-Z2-7]+"`)
		if known.StatusCode != 401 || unknown.StatusCode != 401 || id.ReplaceAllString(known.body, "") != id.ReplaceAllString(unknown.body, "") || len(known.Header) != len(unknown.Header) {
			t.Errorf("%s: known %d %s, unknown %d %s", path, known.StatusCode, known.body, unknown.StatusCode, unknown.body)
		}
		v.refused(path, unknown, 401, "password.check")
	}
}

// L4: guesses sent at the same instant all count; another seat is not locked out,
// and time lets this one in again.
func TestGuessesAreCounted(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	var wrong, throttled atomic.Int64
	var guesses sync.WaitGroup
	for range 200 {
		guesses.Go(func() {
			switch a := v.call("POST", "/api/session/login", credentials("ada", "wrong")); a.StatusCode {
			case 401:
				wrong.Add(1)
			case 429:
				throttled.Add(1)
				if a.Header.Get("Retry-After") == "" {
					t.Error("429 without Retry-After")
				}
			}
		})
	}
	guesses.Wait()
	if wrong.Load() > 10 || throttled.Load() < 150 {
		t.Errorf("%d guesses were looked at, %d throttled", wrong.Load(), throttled.Load())
	}
	v.refused("the right password, too late", v.call("POST", "/api/session/login", ada), 429, "rate.check")
	v.newSeat().session()
	v.Clock.Advance(2 * time.Minute)
	v.session()
}

// L4: whoever takes a new seat for each guess meets the account's own limit.
func TestNewSeatsDoNotBuyGuesses(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	if a := v.call("POST", "/api/signup", credentials("carol", "quiet evening")); a.StatusCode != 201 {
		t.Fatalf("sign-up: %d %s", a.StatusCode, a.body)
	}
	if a := v.call("POST", "/api/session/login", credentials("carol", "quiet evening")); a.StatusCode != 200 {
		t.Fatalf("login: %d %s", a.StatusCode, a.body)
	}
	status := 0
	for range 60 {
		status = v.newSeat().call("POST", "/api/session/login", credentials("carol", "wrong")).StatusCode
	}
	if status != 429 {
		t.Errorf("the sixtieth guess: %d", status)
	}
	if a := v.call("POST", "/api/session/login", credentials("carol", "quiet evening")); a.StatusCode != 200 {
		t.Errorf("the seat that carol logged in from before: %d", a.StatusCode)
	}
}

// L5: hashing is bounded: with many logins at once, in the full size 300, other requests are answered.
func TestManyLoginsAtOnce(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	logins := 300
	if testing.Short() {
		logins = 60
	}
	statuses := make(chan int, logins)
	for range logins {
		go func() { statuses <- v.newSeat().call("POST", "/api/session/login", ada).StatusCode }()
	}
	if a := v.call("GET", "/healthz", ""); a.StatusCode != 200 {
		t.Errorf("healthz meanwhile: %d", a.StatusCode)
	}
	seen := map[int]int{}
	for range logins {
		seen[<-statuses]++
	}
	if seen[200] == 0 || seen[200]+seen[503] != logins {
		t.Errorf("statuses %v", seen)
	}
}

// L3, L7: sign-up.
func TestSignUp(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	const good = "quiet evening"
	for _, test := range []struct {
		body   string
		status int
	}{
		{credentials("Émile", good), 201},
		{credentials("émile", good), 409},
		{credentials("E\u0301mile", good), 409},
		{credentials("ADA", good), 409},
		{credentials("ａｄａ", good), 409},
		{credentials("", good), 422},
		{credentials("a b", good), 422},
		{credentials("a\u202eb", good), 422},
		{credentials("<script>", good), 422},
		{credentials(strings.Repeat("a", 33), good), 422},
		{credentials("bob", "short"), 422},
		{credentials("bob", "password1"), 422},
		{credentials("Longusername", "longusername"), 422},
		{credentials("bob", strings.Repeat("ü", 129)), 422},
		{credentials("bob", strings.Repeat("ü", 128)), 201},
		{credentials("snow", "雪が降っている夜"), 201},
		{`{"username":"eve","password":"quiet evening","role":"admin"}`, 400},
	} {
		if a := v.call("POST", "/api/signup", test.body); a.StatusCode != test.status {
			t.Errorf("%s: %d, want %d: %s", test.body, a.StatusCode, test.status, a.body)
		}
	}
	if a := v.call("POST", "/api/session/login", credentials("ÉMILE", good)); a.StatusCode != 200 {
		t.Errorf("login with other case: %d %s", a.StatusCode, a.body)
	}
}

// C4: a seat can try to make a hundred accounts at once, and then has to wait;
// another seat at the same address need not.
func TestSignUpsOfASeatAreBounded(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	made := 0
	for made < 150 && v.call("POST", "/api/signup", credentials("ada", "quiet evening")).StatusCode == 409 {
		made++
	}
	if made < 100 || made > 110 { // a few more on a machine that takes its time over them
		t.Errorf("%d were tried before the seat had to wait", made)
	}
	if a := v.newSeat().call("POST", "/api/signup", credentials("bob", "quiet evening")); a.StatusCode != 201 {
		t.Errorf("another seat: %d %s", a.StatusCode, a.body)
	}
}

// X7: bodies that are not what they should be.
func TestBodiesThatAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for body, status := range map[string]int{
		`{`: 400, `[]`: 400, `null`: 400, `"x"`: 400, ` `: 400, `{"username":1}`: 400, `{"username":"a","username":"b"}`: 400,
		`{"username":"ada","password":"lovelace","admin":true}`: 400, ada + `{}`: 400, "{\"username\":\"\xff\"}": 400,
		`{"username":` + strings.Repeat("[", 20000): 400, `{"username":"` + strings.Repeat("a", 70000) + `"}`: 413,
	} {
		for _, path := range []string{"/api/session/login", "/api/token/login", "/api/signup"} {
			v.refused(path+" "+body[:min(len(body), 40)], v.call("POST", path, body), status, "password.check")
		}
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"} {
		v.refused(kind, v.call("POST", "/api/session/login", ada, "Content-Type", kind), http.StatusUnsupportedMediaType, "password.check")
	}
}
