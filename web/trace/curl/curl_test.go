package curl_test

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/web/trace"
	"twodoors/web/trace/curl"
)

const base = "http://localhost:8080"

func TestCurlSaysTheRequestAgain(t *testing.T) {
	t.Parallel()
	login := &trace.Trace{Method: "POST", Path: "/api/session/login", User: "ada"}
	other := &trace.Trace{Method: "POST", Path: "/api/token/login", User: "eve"}
	session := &trace.Trace{Method: "GET", Path: "/api/session/me", User: "grace", Credential: &trace.Credential{Kind: "cookie", Name: "session", Shown: "pZ3kQa…"}}
	token := &trace.Trace{Method: "GET", Path: "/api/token/me", Credential: bearer(`{"name":"grace"}`)}
	for _, test := range []struct {
		one  *trace.Trace
		want []string
	}{
		{&trace.Trace{Method: "GET", Path: "/api/session/me"}, []string{"curl -i -H 'Seat: s3at' 'http://localhost:8080/api/session/me'"}},
		{&trace.Trace{Method: "HEAD", Path: "/x/../y"}, []string{"-I", "--path-as-is"}},
		{&trace.Trace{Method: "POST", Path: "/api/session/logout"}, []string{"-X 'POST'", "-d '{}'"}},
		{login, []string{`"username":"ada","password":"lovelace"`, "Content-Type: application/json"}},
		{other, []string{"read -rs password", `"eve"`, "(", ")"}},
		{session, []string{"mktemp", "nanosecond", `-b "$jar"`, "/api/session/login", "/api/session/me", "rm -f"}},
		{token, []string{"nanosecond", "access_token", `Authorization: Bearer $token`, "/api/token/me"}},
	} {
		got := curl.Command(test.one, base, "s3at")
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s %s: %q is not in\n%s", test.one.Method, test.one.Path, want, got)
			}
		}
	}
}

// What is shown is the command with a variable in place of the seat, and nothing else differs.
func TestShownCommandHasNoSeat(t *testing.T) {
	t.Parallel()
	for _, one := range []*trace.Trace{
		curl.Trial("token"),
		{Method: "POST", Path: "/api/session/login", User: "eve"},
		{Method: "GET", Path: "/api/session/me", User: "grace", Credential: &trace.Credential{Kind: "cookie", Name: "session"}},
		{Method: "GET", Path: "/api/token/me", Credential: bearer(`{"name":"grace"}`)},
	} {
		shown, full := curl.Shown(one, base), curl.Command(one, base, "s3at")
		if strings.ReplaceAll(full, "'Seat: s3at'", `"Seat: $SEAT"`) != shown || !strings.Contains(shown, "$SEAT") {
			t.Errorf("shown is\n%s\nof\n%s", shown, full)
		}
	}
}

// A shell runs the command with a curl that prints its arguments: whatever is
// in the request, it stays one argument and does nothing else.
func TestCurlIsSafeToPaste(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script := "#!/bin/sh\ncat >/dev/null </dev/null\nfor one; do printf '[%s]' \"$one\"; done\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/plain", "/a b", "/'; touch pwned; '", "/$(touch pwned)", "/`touch pwned`", "/a\ntouch pwned\n", "/\"x\"", "/\\", "/!!", "/\u202egpj", "/é", "/{1,2}[3-4]", "/a?b#c",
	} {
		for _, credential := range []*trace.Credential{nil, {Kind: "cookie", Name: "session"}, bearer(`{"name":"'; touch pwned; '"}`)} {
			one := &trace.Trace{Method: "GET", Path: path, Credential: credential}
			command := curl.Command(one, base, "seat'; touch pwned; '")
			run := exec.Command("sh", "-c", strings.ReplaceAll(command, "read -rs", "read -r"))
			run.Dir = dir
			run.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
			out, err := run.CombinedOutput()
			if err != nil && credential == nil {
				t.Errorf("%q: %v\n%s\n%s", path, err, command, out)
			}
			if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
				t.Fatalf("%q runs something else:\n%s", path, command)
			}
			if credential == nil && strings.Count(string(out), "[") != 4 {
				t.Errorf("%q: curl is given %s", path, out)
			}
			if check := exec.Command("sh", "-n", "-c", command); check.Run() != nil {
				t.Errorf("%q is no command of a shell:\n%s", path, command)
			}
		}
	}
}

func bearer(payload string) *trace.Credential {
	encode := base64.RawURLEncoding.EncodeToString
	return &trace.Credential{Kind: "bearer", Shown: encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(payload)) + ".6CQATm…"}
}
