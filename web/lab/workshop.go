package lab

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"

	"twodoors/web/lab/careless"
)

// workshop is where a token is forged: what is known of the site by anybody, and the
// visitor's own token, taken apart. The site's private key is not there.
type workshop struct {
	header, payload []careless.Member
	signature       string // in base64url
	token           string // whole
	world           careless.World
	key             careless.Key // the site's public one that the token names, if any
	own             *foreignKeys // the forger's
}

// What this site's tokens say (README, Access tokens).
const (
	siteIssuer   = "urn:twodoors"
	siteAudience = "urn:twodoors:app"
	siteType     = "at+jwt"
)

// publicWorld is what the site tells everybody of its keys.
func publicWorld(ctx context.Context, c *Client) (careless.World, error) {
	w := emptyWorld()
	status, answer := c.do(ctx, http.MethodGet, "/.well-known/jwks.json", nil, nil)
	var keys jose.JSONWebKeySet
	if status != http.StatusOK || json.Unmarshal(answer, &keys) != nil {
		return w, errors.New("the site's public keys cannot be had just now")
	}
	for _, key := range keys.Keys {
		w.Keys[key.KeyID] = careless.Key{Algorithm: key.Algorithm, Public: key.Key}
	}
	return w, nil
}

func emptyWorld() careless.World {
	return careless.World{
		Keys: map[string]careless.Key{}, Remote: map[string]crypto.PublicKey{}, Files: map[string][]byte{},
		Issuer: siteIssuer, Audience: siteAudience, Type: siteType, Now: time.Now(),
	}
}

var errNoToken = errors.New("this is no token in three parts: log in at the token door and send your own")

// openWorkshop takes a token apart for a kind of forgery.
func openWorkshop(token string, world careless.World) (*workshop, error) {
	s := &workshop{token: token, world: world}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errNoToken
	}
	s.signature = parts[2]
	for i, into := range []*[]careless.Member{&s.header, &s.payload} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, errNoToken
		}
		if *into, err = careless.Members(raw); err != nil {
			return nil, errNoToken
		}
	}
	var kid string
	for _, m := range s.header {
		if m.Name == "kid" {
			json.Unmarshal(m.Value, &kid) // one that is no text names no key
		}
	}
	s.key = world.Keys[kid]
	return s, nil
}

// promoted is the payload of somebody who would like to be an administrator.
func (s *workshop) promoted() []careless.Member { return careless.With(s.payload, "role", "admin") }

// head is the header with some members set: name, value, name, value.
func (s *workshop) head(set ...any) []careless.Member {
	header := s.header
	for i := 0; i < len(set); i += 2 {
		header = careless.With(header, set[i].(string), set[i+1])
	}
	return header
}

func written(header, payload []careless.Member) string {
	return encoded(careless.Object(header)) + "." + encoded(careless.Object(payload))
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// foreign is a key pair of the forger's own, for the algorithm of the site's key.
type foreign struct {
	method  jwt.SigningMethod
	private crypto.Signer
}

// foreignKeys are the forger's, one for an algorithm. Each is made when it is first needed:
// one of RSA takes a processor for a tenth of a second and more.
type foreignKeys struct {
	mu   sync.Mutex
	made map[string]foreign
}

func (k *foreignKeys) of(algorithm string) (foreign, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f, ok := k.made[algorithm]; ok {
		return f, nil
	}
	f, err := newForeign(algorithm)
	if err != nil {
		return f, err
	}
	if k.made == nil {
		k.made = map[string]foreign{}
	}
	k.made[algorithm] = f
	return f, nil
}

func newForeign(algorithm string) (f foreign, err error) {
	switch algorithm {
	case "RS256":
		f.method = jwt.SigningMethodRS256
		f.private, err = rsa.GenerateKey(rand.Reader, 2048)
	case "EdDSA":
		f.method = jwt.SigningMethodEdDSA
		_, f.private, err = ed25519.GenerateKey(rand.Reader)
	default:
		f.method = jwt.SigningMethodES256
		f.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return f, err
}

func (f foreign) sign(header, payload []careless.Member) (string, error) {
	text := written(careless.With(header, "alg", f.method.Alg()), payload)
	signature, err := f.method.Sign(text, f.private)
	return text + "." + encoded(signature), err
}
