package lab

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/lab/careless"
	"twodoors/web/trace"
)

// forgery is a way of making a token that nobody signed.
type forgery struct {
	kind    string
	label   string       // of its button
	stopped []trace.Name // the steps that refuse it
	make    func(*workshop) (token, done string, err error)
}

// The forgeries, by what they go for: what is written, the key, the place.
func writings() []forgery {
	return []forgery{
		{"payload", "Change the role", []trace.Name{trace.SignatureVerify}, changedPayload},
		{"signature-cut", "Cut the signature off", []trace.Name{trace.TokenDecode}, cutSignature},
		{"none", "Say alg none", []trace.Name{trace.AlgorithmCheck}, algorithmNone("none")},
		{"none-spelled", "Spell it nOnE", []trace.Name{trace.AlgorithmCheck}, algorithmNone("nOnE")},
		{"other-algorithm", "Name another algorithm", []trace.Name{trace.AlgorithmCheck}, otherAlgorithm},
		{"doubled", "Write the role twice", []trace.Name{trace.TokenDecode}, doubled},
	}
}

func keyChoices() []forgery {
	return []forgery{
		{"public-key", "Sign HS256 with the public key", []trace.Name{trace.AlgorithmCheck, trace.KeySelect}, signedWithPublicKey},
		{"jwk", "Bring a key along (jwk)", []trace.Name{trace.SignatureVerify}, broughtKey},
		{"jku", "Say where to fetch it (jku)", []trace.Name{trace.KeySelect}, fetchedKey},
		{"kid-path", "Name a file (kid)", []trace.Name{trace.KeySelect}, namedFile},
		{"kid-sql", "Put SQL into kid", []trace.Name{trace.KeySelect}, namedRow},
	}
}

func places() []forgery {
	return []forgery{
		{"expired", "Show one that has expired", []trace.Name{trace.ClaimsCheck}, pastItsTime},
		{"audience", "Change the audience (aud)", []trace.Name{trace.SignatureVerify}, otherAudience},
		{"refresh", "Show a refresh token", []trace.Name{trace.TokenDecode}, refreshAsAccess},
	}
}

func forgeries() []forgery { return append(append(writings(), keyChoices()...), places()...) }

func changedPayload(s *workshop) (string, string, error) {
	return written(s.header, s.promoted()) + "." + s.signature, "The role in the payload is changed to admin. Header and signature stay as they were.", nil
}

func cutSignature(s *workshop) (string, string, error) {
	return written(s.header, s.promoted()) + ".", "The role is changed to admin, and the signature is cut off; its period stays.", nil
}

func algorithmNone(name string) func(*workshop) (string, string, error) {
	return func(s *workshop) (string, string, error) {
		return written(s.head("alg", name), s.promoted()) + "." + s.signature,
			"The header says that the algorithm is " + name + ", the payload that the role is admin. What stands as signature is the old one.", nil
	}
}

func otherAlgorithm(s *workshop) (string, string, error) {
	return written(s.head("alg", "ES384"), s.promoted()) + "." + s.signature,
		"The header says ES384, an algorithm that no key of this site is for, and the payload that the role is admin.", nil
}

func doubled(s *workshop) (string, string, error) {
	payload := append(s.payload[:len(s.payload):len(s.payload)], careless.Member{Name: "role", Value: jsontext.Value(`"admin"`)})
	return written(s.header, payload) + "." + s.signature, "A second role, admin, stands at the end of the payload. The first is as it was signed.", nil
}

var errNoPublicKey = errors.New("this token names no public key of the site: this forgery needs RS256, ES256 or EdDSA, which the lab sets up")

func signedWithPublicKey(s *workshop) (string, string, error) {
	if s.key.Public == nil {
		return "", "", errNoPublicKey
	}
	text := written(s.head("alg", "HS256"), s.promoted())
	return text + "." + encoded(careless.MAC(careless.PEM(s.key.Public), text)),
		"The header says HS256, and the token is signed by it, with the text of the site's public key for a secret. Everybody has that key.", nil
}

func broughtKey(s *workshop) (string, string, error) {
	f, err := s.own.of(s.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	inside, err := json.Marshal(jose.JSONWebKey{Key: f.private.Public(), Algorithm: f.method.Alg(), Use: "sig"})
	if err != nil {
		return "", "", err
	}
	token, err := f.sign(s.head("jwk", jsontext.Value(inside)), s.promoted())
	return token, "The token is signed with a key of the forger's own, and its public half comes along in the header, as jwk.", err
}

// forgersKeys is an address that nobody asks: names under .example lead nowhere (RFC
// 2606).
const forgersKeys = "https://forger.example/keys.json"

func fetchedKey(s *workshop) (string, string, error) {
	f, err := s.own.of(s.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	s.world.Remote[forgersKeys] = f.private.Public()
	token, err := f.sign(s.head("kid", "forger-1", "jku", forgersKeys), s.promoted())
	return token, "The token is signed with a key of the forger's own. The header says, as jku, that it is to be fetched from " + forgersKeys + ".", err
}

func namedFile(s *workshop) (string, string, error) {
	f, err := s.own.of(s.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	const kid = "../uploads/holiday.png"
	s.world.Files[path.Join(careless.KeyFolder, kid)] = careless.PEM(f.private.Public())
	token, err := f.sign(s.head("kid", kid), s.promoted())
	return token, "The token is signed with a key of the forger's own, and kid is the path of a picture that the forger has uploaded: it holds that key.", err
}

func namedRow(s *workshop) (string, string, error) {
	f, err := s.own.of(s.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKIXPublicKey(f.private.Public())
	if err != nil {
		return "", "", err
	}
	kid := "x' UNION SELECT '" + base64.StdEncoding.EncodeToString(der) + "' --"
	token, err := f.sign(s.head("kid", kid), s.promoted())
	return token, "The token is signed with a key of the forger's own. In a query, kid would add a row that holds this key.", err
}

// pastItsTime changes nothing: the signature of an expired token is right.
func pastItsTime(s *workshop) (string, string, error) {
	left := s.expires().Sub(s.world.Now)
	if left > 0 {
		return "", "", fmt.Errorf("this token is good for another %s: wait until it has expired", left.Round(time.Second))
	}
	return s.token, "Nothing is changed. Its signature is right, and its time is over.", nil
}

func (s *workshop) expires() time.Time {
	var seconds int64
	for _, m := range s.payload {
		if m.Name == "exp" {
			json.Unmarshal(m.Value, &seconds) // what is no number is long ago
		}
	}
	return time.Unix(seconds, 0)
}

func otherAudience(s *workshop) (string, string, error) {
	return written(s.header, careless.With(s.payload, "aud", "urn:twodoors:reports")) + "." + s.signature,
		"The audience is changed to another service. Nobody but the issuer can sign that, so the door does not come to look at aud; a token that the issuer did sign for another service would be refused at claims.check.", nil
}

func refreshAsAccess(s *workshop) (string, string, error) {
	if strings.Contains(s.token, ".") {
		return "", "", errors.New("this is an access token: send the refresh token that a login with \"refresh_in\": \"body\" answers with")
	}
	s.world.Issued = append(s.world.Issued, s.token)
	return s.token, "Nothing is changed. It is a refresh token, shown where an access token belongs.", nil
}
