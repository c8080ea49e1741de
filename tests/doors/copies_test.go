package doors

import (
	"bytes"
	"testing"
)

// A11: the databases of two rooms are copies of one template. A credential that a server on the
// one has given opens nothing at a server on the other, as neither has a secret of the other's.
func TestCredentialsOfOneCopyOpenNoOther(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"memory", "sqlite"} {
		one, other := open(t, store), open(t, store)
		cookie := one.session()
		issued, _ := one.issue(adaInBody)
		if mine, theirs := one.key(), other.key(); mine.ID == theirs.ID || bytes.Equal(mine.Secret, theirs.Secret) {
			t.Error("one key at both")
		}
		other.refused(store+", session", other.call("GET", "/api/session/me", "", "Cookie", cookie), 401, "session.find")
		other.refused(store+", access token", other.call("GET", "/api/token/me", "", "Authorization", "Bearer "+issued.AccessToken), 401, "key.select")
		refresh := `{"refresh_token":"` + issued.RefreshToken + `"}`
		other.refused(store+", refresh token", other.call("POST", "/api/token/refresh", refresh), 401, "refresh.find")
		if a := one.call("POST", "/api/token/refresh", refresh); a.StatusCode != 200 {
			t.Errorf("%s: the refresh token at home: %d %s", store, a.StatusCode, a.body)
		}
		for _, name := range []string{"site", "refresh", "seats"} {
			if bytes.Equal(one.secret(name), other.secret(name)) {
				t.Errorf("%s: one secret %q at both", store, name)
			}
		}
	}
}

func (v *visit) secret(name string) []byte {
	v.t.Helper()
	secret, err := v.DB.Secrets.Get(v.t.Context(), name)
	if err != nil {
		v.t.Fatal(err)
	}
	return secret
}
