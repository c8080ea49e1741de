package jwtinspect_test

import (
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
	"twodoors/web/token"
)

// A token that another room of the site issued is refused, with the door's reason. Tokens of another site, and of this
// room, are not.
func TestTokenOfAnotherRoom(t *testing.T) {
	t.Parallel()
	for issuer, refused := range map[string]bool{
		"urn:twodoors:abcdefghij:k3f9": true, "urn:twodoors:abcdefghij:stage": false, "urn:twodoors:bcdefghijk:k3f9": false, "stage": false,
	} {
		text := made(t, `{"alg":"HS256","typ":"at+jwt"}`, `{"iss":"`+issuer+`","aud":"you","iat":1800000000,"exp":1800000300}`)
		r := jwtinspect.Inspect(text, secret(strong), jwtinspect.Expectations{Door: token.IssuerOf("abcdefghij", "stage")}, now)
		if says := strings.Contains(r.Policy.Reason, "issued in another room, k3f9"); says != refused || r.Policy.Valid == refused {
			t.Errorf("%s: %+v", issuer, r.Policy)
		}
		if r := jwtinspect.Inspect(text, secret(strong), jwtinspect.Expectations{}, now); !r.Policy.Valid {
			t.Errorf("%s, where nobody knows of rooms: %+v", issuer, r.Policy)
		}
	}
}
