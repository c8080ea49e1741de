package store_test

import (
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/labtest"
	"twodoors/web/lab/store"
)

// A5: that Redis came back empty is shown by a session that it had held, and by no other:
// anybody can bring one that is refused.
func TestBringingRedisBack(t *testing.T) {
	t.Parallel()
	done := store.Lab().Tasks[3].Done
	const me, in, token = "GET /api/session/me", "POST /api/session/login", "GET /api/token/me"
	redis, away := lab.Circumstances{Store: "redis"}, lab.Circumstances{Store: "redis", StoreAway: true}
	let := labtest.History(redis, me+" 200 1 1 a")
	for session, want := range map[string]bool{"a": true, "b": false} {
		h := labtest.Join(let, labtest.History(away, me+" 503 1 1 "+session+" session.find"),
			labtest.History(redis, me+" 401 1 1 "+session+" session.find", in+" 200 1 1", me+" 200 1 1 c", token+" 200 1 1 t"))
		if got := done(h) != nil; got != want {
			t.Errorf("session %s: done is %t", session, got)
		}
	}
}
