package session_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"twodoors/data/sqlite"
	"twodoors/web/door"
	"twodoors/web/session"
	"twodoors/web/trace"
)

// BenchmarkAuthorize is what the door does for one request: with a trace, and
// with nothing recorded; among one session, and among many.
func BenchmarkAuthorize(b *testing.B) {
	for _, store := range []string{"memory", "sqlite"} {
		for _, others := range []int{0, 10_000} {
			d, cookie := openDoor(b, store, others)
			for _, traced := range []bool{true, false} {
				b.Run(fmt.Sprintf("%s/others=%d/trace=%t", store, others, traced), func(b *testing.B) {
					r := httptest.NewRequest("GET", "/api/session/me", nil)
					r.AddCookie(cookie)
					b.ReportAllocs()
					for b.Loop() {
						asked := r
						if traced {
							asked = r.WithContext(trace.With(r.Context(), trace.Begin("", r, time.Now())))
						}
						if _, err := d.Authorize(asked, door.AnyRole); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

func openDoor(b *testing.B, store string, others int) (*session.Door, *http.Cookie) {
	b.Helper()
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "t.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	user, err := db.Users.Create(b.Context(), "ada", "ada", "", "user", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	kept := session.NewMemoryStore(1, time.Now)
	if store == "sqlite" {
		kept = session.NewSQLiteStore(db.Sessions, time.Now)
		others /= 10 // each is a transaction of its own, on the disk
	}
	d := session.New(session.Config{Store: kept, Users: db.Users, Now: time.Now}, session.Rules{Idle: time.Hour, Lifetime: time.Hour})
	var cookie *http.Cookie
	for range others + 1 {
		w := httptest.NewRecorder()
		if err := d.Login(w, httptest.NewRequest("POST", "/", nil), user); err != nil {
			b.Fatal(err)
		}
		cookie = w.Result().Cookies()[0]
	}
	return d, cookie
}
