package front

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/web/door"
)

// A11: a page that stayed open while its visitor went to another room asks nothing of that
// room; who names no room, as terminals do, and who asks for a page, is served.
func TestPagesOfAnotherRoomAreRefused(t *testing.T) {
	t.Parallel()
	served := inItsRoom(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, test := range []struct {
		in, path, named string
		status          int
	}{
		{"", "/api/session/me", "", 200},
		{"", "/api/session/me", "stage", 200},
		{"", "/api/token/refresh", "stage;by=timer", 200},
		{"", "/api/token/refresh", "k3f9; by=timer", 409},
		{"k3f9", "/api/session/me", "k3f9", 200},
		{"k3f9", "/api/session/me", "stage", 409},
		{"k3f9", "/api/session/me", "b7", 409},
		{"k3f9", "/api/session/me", "", 200},
		{"k3f9", "/api/session/me", ";by=timer", 200},
		{"k3f9", "/servers", "stage", 200},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", test.path, nil)
		r = r.WithContext(door.WithClient(r.Context(), &door.Client{Room: test.in}))
		if test.named != "" {
			r.Header.Set("Room", test.named)
		}
		served.ServeHTTP(w, r)
		if w.Code != test.status || w.Code == 409 && !strings.Contains(w.Body.String(), "Reload it.") {
			t.Errorf("%+v: %d %s", test, w.Code, w.Body)
		}
	}
}

// Which requests no person pressed for is told by the page that sent them.
func TestRequestsByTimer(t *testing.T) {
	t.Parallel()
	for named, want := range map[string]bool{"": false, "stage": false, "stage;by=timer": true, "k3f9; by=timer": true, "k3f9;by=hand": false} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Room", named)
		if byTimer(r) != want {
			t.Errorf("%q: by timer %t", named, !want)
		}
	}
}

// I9: the header is between page and front: no server sees it.
func TestServersDoNotSeeTheRoomHeader(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Room", "stage;by=timer")
	r.Header.Set("Cookie", "session-b=x")
	if out := outgoing(r, nil); out.Header["Room"] != nil || len(out.Header["Cookie"]) != 0 {
		t.Errorf("%v", out.Header)
	}
}
