package forgery

import (
	"context"
	"crypto"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/lab/forgery/careless"
)

// original is what a forgery begins with: the visitor's own token, decoded, and what anybody
// knows of the site. The site's private key is not there.
type original struct {
	header, payload []careless.Member
	signature       string // in base64url
	token           string // whole
	world           careless.World
	key             careless.Key // the site's public one that the token names, if any
	attacker        *attackerKeys
}

// siteType is what this site's tokens say that they are.
const siteType = "at+jwt"

// publicWorld is what the site tells everybody of a room's keys, at their path.
func publicWorld(ctx context.Context, client *lab.Client, keys string) (careless.World, error) {
	w := emptyWorld()
	status, answer := client.Do(ctx, http.MethodGet, keys, nil, nil)
	var set jose.JSONWebKeySet
	if status != http.StatusOK || json.Unmarshal(answer, &set) != nil {
		return w, &httpio.Fault{Status: http.StatusServiceUnavailable, Detail: "The lab cannot fetch the site's public keys right now. Try again in a second."}
	}
	for _, key := range set.Keys {
		w.Keys[key.KeyID] = careless.Key{Algorithm: key.Algorithm, Public: key.Key}
	}
	return w, nil
}

func emptyWorld() careless.World {
	return careless.World{
		Keys: map[string]careless.Key{}, Remote: map[string]crypto.PublicKey{}, Files: map[string][]byte{},
		Type: siteType, Now: time.Now(),
	}
}

func unprocessable(detail string) error {
	return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: detail}
}

var errNoToken = unprocessable("This is not a token in three parts. Log in at the token door and send the token you receive.")

// decode decodes a token for a forgery. Its issuer and audience are the site's: the visitor
// was just given it.
func decode(token string, world careless.World) (*original, error) {
	o := &original{token: token, world: world}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errNoToken
	}
	o.signature = parts[2]
	for i, into := range []*[]careless.Member{&o.header, &o.payload} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, errNoToken
		}
		if *into, err = careless.Members(raw); err != nil {
			return nil, errNoToken
		}
	}
	var audience []string
	read(o.payload, "aud", &audience)
	if len(audience) > 0 {
		o.world.Audience = audience[0]
	}
	read(o.payload, "iss", &o.world.Issuer)
	var kid string
	read(o.header, "kid", &kid)
	o.key = world.Keys[kid]
	return o, nil
}

// read reads a member into a value. One of another type leaves it empty.
func read(members []careless.Member, name string, into any) {
	for _, m := range members {
		if m.Name == name {
			json.Unmarshal(m.Value, into)
		}
	}
}

// promoted is the payload with the role changed to admin.
func (o *original) promoted() []careless.Member { return careless.With(o.payload, "role", "admin") }

// headerWith is the header with some members set: name, value, name, value.
func (o *original) headerWith(set ...any) []careless.Member {
	header := o.header
	for i := 0; i < len(set); i += 2 {
		header = careless.With(header, set[i].(string), set[i+1])
	}
	return header
}

// signingInput is what a signature is over (RFC 7515 §5.1).
func signingInput(header, payload []careless.Member) string {
	return encoded(careless.Object(header)) + "." + encoded(careless.Object(payload))
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
