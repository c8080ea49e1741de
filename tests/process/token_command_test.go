package process

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"twodoors/tests/site"
	"twodoors/web/token"
)

// shell runs commands in a folder of its own, with a secret in the environment.
type shell struct {
	t      *testing.T
	folder string
}

type output struct {
	status   int
	out, err string
}

const cliSecret = "a secret of more than thirty-two bytes, for this test"

func (s shell) run(in string, arguments ...string) output {
	s.t.Helper()
	bounded, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(bounded, site.Program(), append([]string{"token"}, arguments...)...)
	cmd.Dir, cmd.Stdin = s.folder, strings.NewReader(in)
	cmd.Env = append(os.Environ(), "SECRET="+cliSecret, "HEX="+hex.EncodeToString([]byte(cliSecret)), "WEAK=secret", "EMPTY=")
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	cmd.Run()
	return output{cmd.ProcessState.ExitCode(), out.String(), err.String()}
}

func (s shell) write(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

const flawed = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6MTAwMSwibmFtZSI6IkdpcmlzaCBKYWp1Iiwid2Vic2l0ZSI6Im15Q2xvdWRUdXRvcmlhbHMuY29tIiwiaWF0IjoxNjI0NDg2MzUzfQ1.6CQATmjLPlDx41mSGXAJ9CHZu0XRV6T0J6b79r8BYvg"

// What decode, verify and sign say, and with which status: 0 only for a valid token, 2
// for a command that cannot be, else 1 with one clear line.
func TestTokenCommand(t *testing.T) {
	t.Parallel()
	s := shell{t, t.TempDir()}
	s.write("secret", cliSecret+"\n")
	s.write("empty", "")
	s.write("emptyset", `{"keys":[]}`)
	s.write("address", "https://issuer.example/jwks.json")
	s.write("claims", `{"iss":"me","aud":["you"]}`)
	good := s.run("", "sign", "--secret-env=SECRET", "--claims=claims", "--claim=sub=1, or 2", "--claim=n:=[1]", "--expires=5m").out
	endless := s.run(`{"sub":"1"}`, "sign", "--secret-file=secret").out
	late := s.run(`{"sub":"1","exp":1}`, "sign", "--secret-file=secret", "--alg=HS512", "--kid=k", "--typ=at+jwt").out
	weak := s.run(`{"sub":"1"}`, "sign", "--secret-env=WEAK", "--expires=5m").out
	for _, test := range []struct {
		arguments, in string
		status        int
		says          string
	}{
		{"decode", good, 0, `"sub": "1, or 2"`},
		{"decode --json", good, 0, `"state": "valid"`},
		{"decode -", good, 0, `"sub": "1, or 2"`},
		{"decode", "curl -H 'Authorization: Bearer " + strings.TrimSpace(good) + "' x", 0, `"sub": "1, or 2"`},
		{"decode eyJhbGciOiJub25lIn0.e30.", "", 0, "not signed at all"},
		{"decode " + flawed, "", 1, "Character 111 of the payload"},
		{"decode", "\x1b[31m", 1, "1 part instead of three"},
		{"decode", "", 1, "There is nothing here"},
		{"decode", strings.Repeat("A", 70000), 1, "64 KiB"},
		{"verify --secret-env=SECRET", good, 0, "valid: "},
		{"verify --secret-env=SECRET -", `{"access_token":"` + strings.TrimSpace(good) + `"}`, 0, "This is not part of the token"},
		{"verify --secret-env=HEX --secret-hex", good, 0, "valid: "},
		{"verify --secret-env=HEX --secret-hex --secret-base64", good, 2, "can't be used together"},
		{"verify --secret-env=HEX", good, 1, "read as hexadecimal digits"},
		{"verify --jwks=emptyset", good, 1, "the key set is empty; HS256 has no public key"},
		{"verify --pem=address", good, 1, "this is an address"},
		{"verify --secret-file=secret --alg=HS256,HS512 --iss=me --aud=you", good, 0, "valid: "},
		{"verify --secret-file=secret --json", good, 0, `"valid": true`},
		{"verify --secret-file=secret --iss=you", good, 1, "another issuer"},
		{"verify --secret-file=secret --aud=me", good, 1, "another audience"},
		{"verify --secret-file=secret --alg=HS512", good, 1, "not among the expected"},
		{"verify --secret-env=WEAK", weak, 0, "danger   The secret has 6 bytes"},
		{"verify --secret-env=WEAK", good, 1, "not valid: signature"},
		{"verify --secret-file=secret", endless, 1, "never expires"},
		{"verify --secret-file=secret", late, 1, "expired"},
		{"verify --secret-file=secret --json", late, 1, `"state": "expired"`},
		{"verify --secret-file=secret x", "", 1, "not well formed"},
		{"verify --secret-file=secret --secret-env=SECRET", good, 2, "give one key"},
		{"verify", good, 2, "give one key"},
		{"verify --alg=none --secret-file=secret", good, 2, "--alg"},
		{"verify --secret=x", good, 2, "--secret"},
		{"verify --secret-env=EMPTY", good, 1, "is not set"},
		{"verify --secret-file=nowhere", good, 1, "nowhere"},
		{"verify --secret-file=empty", good, 1, "is empty"},
		{"verify --pem=secret", good, 1, "neither PEM"},
		{"verify --jwks=http://127.0.0.1:1/", good, 1, "fetch the keys"},
		{"sign --secret-file=secret", "[]", 1, "not one JSON object"},
		{"sign --secret-file=secret", `{"a":1,"a":2}`, 1, "repeated members"},
		{"sign --secret-file=secret --claim=x", "", 2, "name=value"},
		{"sign --secret-file=secret --claim=x:=y", "", 2, "not JSON"},
		{"sign --secret-file=secret --alg=RS256", "{}", 1, "not for RS256"},
		{"sign --secret-file=secret --alg=none", "{}", 1, "is not supported for signing"},
		{"sign --claim=a=b", "", 2, "give one key"},
	} {
		got := s.run(test.in, strings.Fields(test.arguments)...)
		if said := got.out + got.err; got.status != test.status || !strings.Contains(said, test.says) {
			t.Errorf("%.60s: status %d, want %d and %q: %s", test.arguments, got.status, test.status, test.says, said)
		}
		if test.status != 0 && strings.Count(got.err, "\n") != 1 {
			t.Errorf("%.60s says more than one line: %q", test.arguments, got.err)
		}
		if strings.Contains(got.out+got.err, cliSecret) || strings.Contains(got.out+got.err, "\x1b") {
			t.Errorf("%.60s shows what it should not", test.arguments)
		}
	}
}

// A key pair signs here, and whoever has the address of the public half verifies.
func TestTokenCommandWithKeyPairs(t *testing.T) {
	t.Parallel()
	s := shell{t, t.TempDir()}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, _ := x509.MarshalPKCS8PrivateKey(key)
	public, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	s.write("private", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	s.write("public", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})))
	signed := s.run("", "sign", "--alg=ES256", "--key=private", "--claim=sub=1", "--expires=5m")
	if got := s.run(signed.out, "verify", "--pem=public"); got.status != 0 {
		t.Errorf("%+v %+v", signed, got)
	}
	s.write("bare", base64.StdEncoding.EncodeToString(public))
	if got := s.run(signed.out, "verify", "--pem=bare"); got.status != 0 {
		t.Errorf("bare base64: %+v", got)
	}
	sec1, _ := x509.MarshalECPrivateKey(key)
	s.write("ecparam", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"+string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})))
	if got := s.run("", "sign", "--key=ecparam", "--claim=sub=1", "--expires=5m"); got.status != 0 || s.run(got.out, "verify", "--pem=public").status != 0 {
		t.Errorf("as openssl ecparam writes it: %+v", got)
	}
	s.write("nothing", "a line of text")
	if got := s.run("", "sign", "--key=nothing", "--claim=sub=1"); got.status != 1 || !strings.Contains(got.err, "nor any other key format") {
		t.Errorf("a text that is no key signs: %+v", got)
	}
	if got := s.run("", "sign", "--key=public", "--claim=sub=1"); got.status != 1 || !strings.Contains(got.err, "public key") {
		t.Errorf("%+v", got)
	}

	large := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"keys":["`, strings.Repeat("A", 2<<20), `"]}`)
	}))
	t.Cleanup(large.Close)
	if got := s.run(signed.out, "verify", "--jwks="+large.URL); got.status != 1 || !strings.Contains(got.err, "1024 KiB") {
		t.Errorf("%+v", got)
	}
}

// issuerOf is who issued a token: the stage of a site that no other test has.
func issuerOf(t *testing.T, text string) string {
	t.Helper()
	issued, err := token.Decode(text)
	if err != nil || !regexp.MustCompile(`^urn:twodoors:[a-z2-7]{10}:stage$`).MatchString(issued.Claims.Issuer) {
		t.Fatalf("%v, issued by %q", err, issued.Claims.Issuer)
	}
	return issued.Claims.Issuer
}

// A token of the site is verified by its public keys alone, wherever that is done.
func TestTokenCommandVerifiesTokensOfTheSite(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
		v := open(t, "--alg="+alg)
		v.logIn()
		s := shell{t, t.TempDir()}
		if got := s.run(v.token, "verify", "--jwks="+v.URL+"/.well-known/jwks.json", "--iss="+issuerOf(t, v.token), "--aud="+issuerOf(t, v.token)+":app", "--alg="+alg); got.status != 0 {
			t.Errorf("%s: %+v", alg, got)
		}
		s.write("jwks", v.call("GET", "/.well-known/jwks.json", "").body)
		if got := s.run(v.token, "verify", "--jwks=jwks"); got.status != 0 {
			t.Errorf("%s: %+v", alg, got)
		}
		signed := s.run("", "sign", "--db="+v.DB, "--alg="+alg, "--claim=sub=1", "--expires=5m")
		if got := s.run(strings.TrimSpace(signed.out), "verify", "--jwks="+v.URL+"/.well-known/jwks.json"); signed.status != 0 || got.status != 0 {
			t.Errorf("%s: %+v, verified %+v", alg, signed, got)
		}
		if got := s.run("", "sign", "--db="+v.DB, "--alg=HS512", "--claim=sub=1"); got.status != 1 {
			t.Errorf("%s: %+v", alg, got)
		}
		if got := s.run(v.token[:len(v.token)-8]+"AAAAAAAA", "verify", "--jwks=jwks"); got.status != 1 {
			t.Errorf("%s: %+v", alg, got)
		}
	}
}
