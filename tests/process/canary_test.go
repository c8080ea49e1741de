package process

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// I1: secrets that occur nowhere else go through every route, good and bad, while
// servers are crashed and killed with a dump of what they do. Afterwards none is
// found whole in the log, in the database, in a trace, or in an answer that did
// not have to carry it.
func TestNoSecretIsFoundWhereItMustNotBe(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"memory", "sqlite"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			c := &canaries{visit: open(t, "--store="+store, "--servers=2"), secrets: map[string]string{}}
			c.flyThroughEveryRoute()
			c.crash()
			c.flyThroughEveryRoute()
			traces := c.call("GET", "/api/traces", "").body
			stream := c.streamed()
			pages := c.inspected(traces)
			c.Cmd.Process.Signal(syscall.SIGINT)
			c.Ended(t)

			for what, text := range map[string]string{
				"log": c.Log.String(), "database": c.database(), "list of traces": traces, "stream of traces": stream,
			} {
				if len(text) < 1000 {
					t.Errorf("%s: only %d bytes to look through", what, len(text))
				}
				c.search(what, text)
			}
			delete(c.secrets, "seat") // its own pages name it
			for what, text := range pages {
				c.search(what, text)
			}
			if len(c.secrets) < 15 {
				t.Errorf("only %d secrets flew", len(c.secrets))
			}
		})
	}
}

// canaries are the secrets of a visit, by what they are.
type canaries struct {
	*visit
	secrets map[string]string
	rounds  int
}

// release makes a secret that occurs nowhere else.
func (c *canaries) release(what string) string {
	secret := fmt.Sprintf("Canary-%d-%s-%d", c.rounds, strings.ReplaceAll(what, " ", "-"), syscall.Getpid())
	c.secrets[fmt.Sprint(what, " ", c.rounds)] = secret
	return secret
}

func (c *canaries) search(where, text string) {
	c.t.Helper()
	folded := strings.ToLower(text) // as names are
	for what, secret := range c.secrets {
		for _, spelt := range []string{secret, url.QueryEscape(secret)} {
			if at := strings.Index(folded, strings.ToLower(spelt)); at >= 0 {
				c.t.Errorf("%s has the %s: …%q", where, what, folded[max(0, at-80):at])
				break
			}
		}
	}
}

// send sends a request and looks through its answer: headers and body.
func (c *canaries) send(method, path, body string, headers ...string) answer {
	c.t.Helper()
	a := c.call(method, path, body, headers...)
	seat := c.secrets["seat"]
	delete(c.secrets, "seat") // pages name it, in commands to copy
	var heads strings.Builder
	a.header.Write(&heads)
	c.search("the answer to "+method+" "+path[:min(len(path), 40)], heads.String()+a.body)
	if seat != "" {
		c.secrets["seat"] = seat
	}
	return a
}

// browserForm is how a browser sends what was typed, and what it wants back.
var browserForm = []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"}

func (c *canaries) flyThroughEveryRoute() {
	c.rounds++
	name, password := fmt.Sprintf("bird%d", c.rounds), c.release("password")
	account := fmt.Sprintf(`{"username":%q,"password":%q}`, name, password)
	c.send("POST", "/api/signup", account)
	c.send("POST", "/api/signup", account) // taken
	c.send("POST", "/api/session/login", fmt.Sprintf(`{"username":%q,"password":%q}`, name, c.release("wrong password")))
	c.send("POST", "/api/session/login", fmt.Sprintf(`{"username":%q,"password":%q,`, name, c.release("broken body")))
	c.send("POST", "/api/token/login", fmt.Sprintf(`{"username":"ada","pass":%q}`, c.release("unknown member")))
	c.send("POST", "/session/login", "username=ada&password="+c.release("form password"), browserForm...)
	c.typeSecretsAsNames(name)
	bearer := "Bearer " + c.accessToken(account)
	c.bringSecrets(bearer)
	c.inspectSecrets()
	for _, path := range []string{"/", "/session/account", "/session/login", "/token/login", "/token/account", "/signup", "/servers", "/api/servers"} {
		c.send("GET", path, "", "Accept", "text/html", "Authorization", bearer)
	}
	c.send("POST", "/api/token/refresh", fmt.Sprintf(`{"refresh_token":%q}`, c.release("foreign refresh token")))
	c.send("POST", "/api/token/logout", "", "Authorization", bearer)
}

// accessToken logs in at both doors. What they issue are secrets from then on; their answers
// carry it, so these are not looked through.
func (c *canaries) accessToken(account string) string {
	login := c.call("POST", "/api/session/login", account)
	if login.status != 200 {
		c.t.Fatalf("login: %d %s", login.status, login.body)
	}
	var issued struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	tokenLogin := account[:len(account)-1] + `,"refresh_in":"body"}`
	c.call("POST", "/api/token/login", tokenLogin).into(c.t, &issued)
	c.secrets[fmt.Sprint("refresh token ", c.rounds)] = issued.Refresh
	c.secrets[fmt.Sprint("signature ", c.rounds)] = issued.Access[strings.LastIndex(issued.Access, ".")+1:]
	c.call("POST", "/api/token/login", account) // sets the refresh cookie
	at, _ := url.Parse(c.URL + "/api/token/refresh")
	for _, cookie := range c.client.Jar.Cookies(at) {
		switch cookie.Name {
		case "seat":
			c.secrets["seat"] = cookie.Value
		case "sticky": // the number of a server
		default:
			c.secrets[fmt.Sprint(cookie.Name, " cookie ", c.rounds)] = cookie.Value
		}
	}
	return issued.Access
}

// bringSecrets brings credentials, good and bad, wherever a request can carry one.
func (c *canaries) bringSecrets(bearer string) {
	for _, path := range []string{"/api/session/me", "/api/session/admin", "/api/token/me", "/api/token/admin", "/.well-known/jwks.json", "/api/nothing"} {
		c.send("GET", path, "", "Authorization", bearer)
		c.send("GET", path+"?token="+c.release("query of "+path), "", "Authorization", "Bearer "+c.release("bearer of "+path))
		c.send("GET", path, "", "Authorization", "Basic "+c.release("basic of "+path), "X-Api-Key", c.release("header of "+path))
		c.send("PUT", path, c.release("body of "+path))
	}
	c.send("GET", "/api/token/me", "", "Authorization", "Bearer "+unsigned+c.release("foreign signature"))
	c.send("GET", "/api/session/me", "", "Cookie", "session="+c.release("foreign cookie"))
}

// unsigned is a token up to its signature.
const unsigned = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0."

// inspectSecrets has tokens and keys inspected. I5: what is inspected comes back to who asked,
// and stays nowhere else.
func (c *canaries) inspectSecrets() {
	inspected := unsigned + c.release("inspected signature")
	c.call("POST", "/api/inspect/token", fmt.Sprintf(`{"token":%q,"key":{"secret":%q}}`, inspected, c.release("inspected secret")))
	c.call("POST", "/inspector/token", "do=sign&alg=HS256&header={}&payload={}&token="+inspected+"&sign_key="+c.release("signing secret"), browserForm...)
	c.call("POST", "/inspector/token", "do=flip&part=payload&at=3&token="+inspected+"&key="+c.release("pasted key"), browserForm...)
}

// typeSecretsAsNames types a password wherever a name belongs, as everybody does sooner
// or later: in the field above, in a command, in an address.
func (c *canaries) typeSecretsAsNames(name string) {
	for path, more := range map[string]int{"/api/session/login": 12, "/api/token/login": 1, "/api/signup": 1} { // the first until it is throttled
		typed := c.release("name at " + path)
		c.send("POST", path, fmt.Sprintf(`{"username":%q,"password":"x"}`, typed))
		for range more {
			c.send("POST", path, fmt.Sprintf(`{"username":%q,"password":%q}`, typed, c.release("password below it")))
		}
	}
	for _, path := range []string{"/session/login", "/signup"} { // the form comes back as it was filled in
		c.call("POST", path, "password=x&username="+c.release("name in the form of "+path), browserForm...)
	}
	c.send("POST", "/servers/passcode", "passcode="+c.release("passcode"), browserForm...)
	c.send("GET", "/servers?passcode="+c.release("passcode in a query"), "")
	c.send("GET", "/labs/"+c.release("name of a lab"), "", "Accept", "text/html")
	c.send("POST", "/labs/seat", "code="+c.release("code of a seat"), browserForm...)
	c.call("PATCH", "/api/settings", fmt.Sprintf(`{"store":%q}`, c.release("setting"))) // its own answer may repeat it
	c.send("DELETE", "/api/servers/"+c.release("number of a server"), "")

	admin := &canaries{visit: c.newSeat(), secrets: c.secrets, rounds: c.rounds}
	if a := admin.call("POST", "/api/session/login", `{"username":"grace","password":"nanosecond"}`); a.status != 200 {
		c.t.Fatalf("grace: %d %s", a.status, a.body)
	}
	admin.send("POST", "/api/account/role", fmt.Sprintf(`{"username":%q,"role":"user"}`, c.release("name whose role changes")))
	admin.send("POST", "/api/account/role", fmt.Sprintf(`{"username":%q,"role":%q}`, name, c.release("role")))
}

// crash ends one server as a fault in it would, with a dump of all it does, and the
// other one at once, while requests with secrets are on their way.
func (c *canaries) crash() {
	secret := c.release("password at a crash")
	var flying sync.WaitGroup
	for range 8 {
		flying.Go(func() {
			c.try("POST", "/api/session/login", fmt.Sprintf(`{"username":"nobody","password":%q}`, secret), "Authorization", "Bearer "+secret)
		})
	}
	for i, server := range c.servers() {
		kill(server.PID, []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL}[i])
	}
	flying.Wait()
	c.until("both servers serve again", func() bool {
		servers := c.servers()
		return servers[0].State == "ready" && servers[0].Starts > 1 && servers[1].State == "ready" && servers[1].Starts > 1
	})
	c.Log.Await(c.t, "goroutine ") // the dump, to look through
}

// streamed is what the stream of traces has to say.
func (c *canaries) streamed() string {
	stream, err := c.client.Get(c.URL + "/api/traces/events?last_event_id=none")
	if err != nil {
		c.t.Fatal(err)
	}
	defer stream.Body.Close()
	var text strings.Builder
	buffer := make([]byte, 64<<10)
	for text.Len() < 20_000 {
		n, err := stream.Body.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return text.String()
}

// inspected are the inspector's pages of all traces.
func (c *canaries) inspected(traces string) map[string]string {
	var list []struct{ ID string }
	if err := json.Unmarshal([]byte(traces), &list); err != nil {
		c.t.Fatal(err)
	}
	pages := map[string]string{"inspector": c.call("GET", "/inspector", "").body}
	for _, t := range list {
		pages["inspector's page of "+t.ID] = c.call("GET", "/inspector/"+t.ID, "").body
	}
	return pages
}

// database is all that the database's files hold, the write-ahead log included.
func (c *canaries) database() string {
	var all strings.Builder
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(c.DB), "*"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			c.t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
