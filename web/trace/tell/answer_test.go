package tell_test

import (
	"testing"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// An answer is one short sentence beside the button that asked, for what a door decided and for
// what the front did.
func TestAnswerIsOneSentence(t *testing.T) {
	t.Parallel()
	front := func(method, path string, status int) *trace.Trace {
		return &trace.Trace{Method: method, Path: path, Outcome: trace.Allowed, Status: status}
	}
	door := func(of *trace.Trace) *trace.Trace {
		of.Door = "session"
		return of
	}
	token := func(of *trace.Trace) *trace.Trace {
		of.Door = "token"
		return of
	}
	byThief := func(of *trace.Trace) *trace.Trace {
		of.Client = "thief"
		return of
	}
	for _, test := range []struct {
		of   *trace.Trace
		want string
	}{
		{refusedAt(in("memory of server 2", unknown)), "Server 2 found no such session in its memory."},
		{refusedAt(in("SQLite", unknown)), "Server 2 found no such session in SQLite."},
		{refusedAt(missing), "Server 2 found no such session in Redis: the store changed its leader 4s ago, and what was not replicated is lost."},
		{door(allowedBy(in("memory of server 1", trace.Step{Name: trace.SessionFind}))), "Server 1 found your session: you are ada."},
		{token(allowedBy(trace.Step{Name: trace.SignatureVerify})), "You are ada: the signature is valid, and nothing was looked up."},
		{token(allowedBy(trace.Step{Name: trace.SignatureVerify}, trace.Step{Name: trace.RevocationCheck})), "You are ada: the signature is valid, and the token is not on the revocation list."},
		{token(allowedBy()), "Logged in as ada."},
		{door(front("POST", "/api/session/logout", 204)), "You were not logged in."},
		{allowedBy(trace.Step{Name: trace.RoleChange}), "Server 1 stored the account's new role: sessions have it on the next request, tokens after their next refresh."},
		{byThief(token(allowedBy(trace.Step{Name: trace.SignatureVerify}))), "Logged in as ada."},
		{door(allowedBy(trace.Step{Name: trace.SessionDestroy})), "Server 1 destroyed the session, so its cookie is no longer valid."},
		{front("POST", "/api/servers/2/crash", 200), "Server 2 crashed and is back."},
		{front("POST", "/api/servers/2/crash", 202), "Accepted. It takes a moment."},
		{front("GET", "/r/k3f9/.well-known/jwks.json", 200), "The site sent its public keys."},
		{front("POST", "/api/servers", 200), "One more server is running."},
		{front("DELETE", "/api/servers/3", 200), "Server 3 is gone."},
		{front("DELETE", "/api/servers/\u202e", 200), `Server \u202e is gone.`},
		{front("POST", "/api/labs/restart/tickets", 200), "Done."},
	} {
		if got := tell.Answer(test.of); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.of.Method, test.of.Path, got, test.want)
		}
	}
}
