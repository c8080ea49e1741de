package token_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

type tokensElsewhere struct{ token.RefreshTokens }

func (tokensElsewhere) Where() string { return "one place" }

type listElsewhere struct{ token.RevocationList }

func (listElsewhere) Where() string { return "another place" }

// A step that asks a table says where by that table's own word.
func TestStepsSayWhereTheyLooked(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	moved, rules := s.Config, *s.Rules()
	moved.RefreshTokens, moved.Revoked = tokensElsewhere{s.db.RefreshTokens}, listElsewhere{s.db.Revoked}
	rules.Revocation = true
	d := token.New(moved, rules)
	for what, do := range map[string]func(r *http.Request, issued token.Issued) error{
		"login": func(r *http.Request, _ token.Issued) error { _, err := d.Login(r, s.user); return err },
		"call":  func(r *http.Request, _ token.Issued) error { _, err := d.Authorize(r, door.AnyRole); return err },
		"refresh, then logout": func(r *http.Request, issued token.Issued) error {
			next, err := d.Refresh(r, token.Sent{Text: issued.Refresh})
			if err != nil {
				return err
			}
			return d.Logout(r, token.Sent{Text: next.Refresh})
		},
	} {
		issued, err := d.Login(post(), s.user)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Authorization", "Bearer "+issued.Token)
		r = r.WithContext(trace.With(r.Context(), trace.Begin(trace.NewID(), r, time.Now())))
		if err := do(r, issued); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, step := range trace.From(r.Context()).Steps {
			want := map[trace.Name]string{
				trace.RefreshCreate: "one place", trace.RefreshFind: "one place", trace.RefreshSpend: "one place", trace.FamilyRevoke: "one place",
				trace.RevocationCheck: "another place", trace.RevocationAdd: "another place",
			}[step.Name]
			if step.Where != want {
				t.Errorf("%s: %s looked in %q", what, step.Name, step.Where)
			}
		}
	}
}
