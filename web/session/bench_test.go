package session_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/session"
	"twodoors/web/trace"
)

// BenchmarkAuthorize is what the door does for one request: with a trace, and
// with nothing recorded; among one session, and among many.
func BenchmarkAuthorize(b *testing.B) {
	for _, store := range []string{"memory", "database"} {
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

func openDoor(b *testing.B, kind string, others int) (*session.Door, *http.Cookie) {
	b.Helper()
	if kind == "database" {
		others /= 10 // each is a transaction of its own, on the disk
	}
	d := openSite(b, kind, nil)
	var cookie *http.Cookie
	for range others + 1 {
		w := httptest.NewRecorder()
		if err := d.Login(w, httptest.NewRequest("POST", "/", nil), d.user); err != nil {
			b.Fatal(err)
		}
		cookie = w.Result().Cookies()[0]
	}
	return d.Door, cookie
}
