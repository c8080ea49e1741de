package careless_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	_ "modernc.org/sqlite"

	"twodoors/web/lab/forgery/careless"
)

// site is a world with a key of its own, and a way to sign with it.
type site struct {
	careless.World
	t   *testing.T
	key *ecdsa.PrivateKey
}

func newSite(t *testing.T) *site {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &site{careless.World{
		Keys:   map[string]careless.Key{"k1": {Algorithm: "ES256", Public: key.Public()}},
		Issuer: "us", Audience: "app", Type: "at+jwt", Now: time.Unix(1000, 0),
	}, t, key}
}

// token is one that the site signed, with some claims and header members set.
func (s *site) token(set map[string]any) string {
	s.t.Helper()
	claims := jwt.MapClaims{"iss": "us", "aud": []string{"app"}, "exp": 2000, "name": "ada", "role": "user"}
	token := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	token.Header["kid"], token.Header["typ"] = "k1", "at+jwt"
	for name, value := range set {
		if name == "typ" {
			token.Header[name] = value
		} else {
			claims[name] = value
		}
	}
	text, err := token.SignedString(s.key)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// letIn are the names of those that let a token in.
func (s *site) letIn(token string) (names []string) {
	for _, v := range careless.All(token, s.World) {
		if v.LetIn {
			names = append(names, v.Verifier)
		}
	}
	return names
}

// What the site signed for here and now everybody lets in, so each verifier works but
// for its mistake.
func TestEachLetsInWhatIsRight(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	good := s.token(nil)
	if v := careless.Careful().Verify(good, s.World); !v.LetIn || v.Says != "ada, role user" {
		t.Errorf("the careful one: %+v", v)
	}
	if all := s.letIn(good); len(all) != len(careless.Verifiers()) {
		t.Errorf("let in by %v only", all)
	}
}

// What the site signed for another time, place or use is let in by the one verifier
// whose mistake it is.
func TestEachMakesItsMistake(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for mistake, set := range map[string]map[string]any{"no-expiry": {"exp": 1000}, "no-audience": {"aud": "reports"}, "no-type": {"typ": "JWT"}} {
		token := s.token(set)
		if all := s.letIn(token); len(all) != 1 || all[0] != mistake {
			t.Errorf("%v is let in by %v", set, all)
		}
		if v := careless.Careful().Verify(token, s.World); v.LetIn {
			t.Errorf("%v is let in by the careful one", set)
		}
	}
}

// The query with a kid that goes on in SQL gives in SQLite what the verifier takes for
// the row.
func TestRowIsWhatADatabaseReturns(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE keys (kid TEXT, key TEXT); INSERT INTO keys VALUES ('k1', 'the real one')"); err != nil {
		t.Fatal(err)
	}
	want := base64.StdEncoding.EncodeToString([]byte("a key of the forger's"))
	var row string
	if err := db.QueryRow(careless.Query("x' UNION SELECT '" + want + "' --")).Scan(&row); err != nil || row != want {
		t.Errorf("SQLite answers %q, %v", row, err)
	}
}

// Nobody but the lab imports the careless verifiers, and its page which lists them.
func TestNobodyElseImportsThem(t *testing.T) {
	t.Parallel()
	output, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "twodoors/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"twodoors/web/lab/forgery": true, "twodoors/views/labs": true}
	for line := range strings.Lines(string(output)) {
		who, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		for one := range strings.FieldsSeq(imports) {
			if strings.HasSuffix(one, "/careless") && !allowed[who] {
				t.Errorf("%s imports %s", who, one)
			}
		}
	}
}
