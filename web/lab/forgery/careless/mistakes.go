package careless

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json/jsontext"
)

// Verifiers are the careless ones.
func Verifiers() []Verifier {
	return []Verifier{
		{"no-signature", "ignores the signature", noSignature},
		{"if-there-is-one", "verifies the signature only if there is one", ifThereIsOne},
		{"takes-none", "accepts alg none", takesNone},
		{"block-list", "rejects “none” in lower case only", blockList},
		{"no-default", "accepts algorithms it does not know", noDefault},
		{"header-decides", "lets the header choose how to use the public key", headerDecides},
		{"takes-jwk", "trusts the key inside the token (jwk)", takesJWK},
		{"fetches-jku", "fetches the key from any address (jku)", fetchesJKU},
		{"kid-is-a-path", "opens kid as a file", kidIsAPath},
		{"kid-in-sql", "pastes kid into a query", kidInSQL},
		{"no-expiry", "ignores exp", noExpiry},
		{"no-audience", "ignores aud", noAudience},
		{"no-type", "ignores typ", noType},
		{"two-readers", "verifies the first of two equal members and uses the last", twoReaders},
		{"one-table", "accepts any kind of token that the site issued", oneTable},
	}
}

func unchecked(crypto.PublicKey, string, []byte) error { return nil }

func noSignature(r *rules, _ World) {
	before := r.method
	r.method = func(h header) (method, error) {
		_, err := before(h)
		return unchecked, err
	}
}

func ifThereIsOne(r *rules, _ World) {
	before := r.method
	r.method = func(h header) (method, error) {
		verify, err := before(h)
		return func(key crypto.PublicKey, signed string, signature []byte) error {
			if len(signature) == 0 {
				return nil
			}
			return verify(key, signed, signature)
		}, err
	}
}

// takesNone is what RFC 7515 appendix A.5 allows and RFC 8725 section 3.2 warns of.
func takesNone(r *rules, _ World) {
	before := r.method
	r.method = func(h header) (method, error) {
		if h.Algorithm == "none" {
			return unchecked, nil
		}
		return before(h)
	}
}

func blockList(r *rules, _ World) {
	before := r.method
	r.method = func(h header) (method, error) {
		switch {
		case h.Algorithm == "none":
			return nil, errors.New("it does not accept none")
		case strings.EqualFold(h.Algorithm, "none"):
			return unchecked, nil
		}
		return before(h)
	}
}

func noDefault(r *rules, _ World) {
	before := r.method
	r.method = func(h header) (method, error) {
		switch h.Algorithm {
		case "none", "HS256", "RS256", "ES256", "EdDSA":
			return before(h)
		}
		return unchecked, nil
	}
}

// headerDecides takes the text of the public key for a secret when the header says
// HS256 (RFC 8725 section 2.1).
func headerDecides(r *rules, _ World) {
	before := r.method
	r.method = func(h header) (method, error) {
		if h.Algorithm != "HS256" {
			return before(h)
		}
		return func(key crypto.PublicKey, signed string, signature []byte) error {
			if hmac.Equal(MAC(PEM(key), signed), signature) {
				return nil
			}
			return errSignature
		}, nil
	}
}

// MAC is the signature of HS256.
func MAC(secret []byte, signed string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return mac.Sum(nil)
}

// PEM is a public key as text. Nil when it is none.
func PEM(key crypto.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func takesJWK(r *rules, _ World) {
	before := r.key
	r.key = func(h header) (crypto.PublicKey, error) {
		var inside jose.JSONWebKey
		if len(h.JWK) == 0 || inside.UnmarshalJSON(h.JWK) != nil {
			return before(h)
		}
		return inside.Key, nil
	}
}

func fetchesJKU(r *rules, w World) {
	before := r.key
	r.key = func(h header) (crypto.PublicKey, error) {
		if h.JKU == "" {
			return before(h)
		}
		if key, ok := w.Remote[h.JKU]; ok {
			return key, nil
		}
		return nil, errors.New("that address does not answer")
	}
}

// KeyFolder is where kidIsAPath looks for keys.
const KeyFolder = "/srv/site/keys"

func kidIsAPath(r *rules, w World) {
	before := r.key
	r.key = func(h header) (crypto.PublicKey, error) {
		if block, _ := pem.Decode(w.Files[path.Join(KeyFolder, h.KeyID)]); block != nil {
			return x509.ParsePKIXPublicKey(block.Bytes)
		}
		return before(h)
	}
}

// Query is what kidInSQL asks a database.
func Query(kid string) string { return "SELECT key FROM keys WHERE kid = '" + kid + "'" }

// kidInSQL reads the row that a database returns: of a query that goes on with UNION
// SELECT and a text, that text. A test holds this against SQLite.
func kidInSQL(r *rules, _ World) {
	before := r.key
	r.key = func(h header) (crypto.PublicKey, error) {
		row, ok := unionRow(Query(h.KeyID))
		if !ok {
			return before(h)
		}
		der, err := base64.StdEncoding.DecodeString(row)
		if err != nil {
			return nil, errors.New("the row holds no key")
		}
		return x509.ParsePKIXPublicKey(der)
	}
}

func unionRow(query string) (row string, ok bool) {
	_, rest, ok := strings.Cut(query, "' UNION SELECT '")
	if !ok {
		return "", false
	}
	row, rest, ok = strings.Cut(rest, "'")
	return row, ok && strings.HasPrefix(strings.TrimLeft(rest, " "), "--")
}

func noExpiry(r *rules, w World) {
	r.claims = func(c claims) error { return first(issuerOf(c, w), audienceOf(c, w)) }
}

func noAudience(r *rules, w World) {
	r.claims = func(c claims) error { return first(issuerOf(c, w), expiryOf(c, w)) }
}

func noType(r *rules, _ World) { r.typ = func(header) error { return nil } }

// twoReaders has one reader that keeps the first of two equal members, whose text is
// verified, and another that keeps the last, whose claims are believed.
func twoReaders(r *rules, _ World) {
	r.read = func(text string) (parts, error) {
		three := strings.Split(text, ".")
		if len(three) != 3 {
			return parts{}, errors.New("it does not have three parts")
		}
		first, err := withoutSeconds(three[1])
		if err != nil {
			return parts{}, errors.New("the payload is not a JSON object")
		}
		p, err := read(three[0] + "." + first + "." + three[2])
		if err != nil {
			return p, err
		}
		p.claims = claims{}
		return p, unpack(three[1], &p.claims, jsontext.AllowDuplicateNames(true))
	}
}

// withoutSeconds drops the members of a payload whose names stood before.
func withoutSeconds(part string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return "", err
	}
	members, err := Members(raw)
	if err != nil {
		return "", err
	}
	seen, kept := map[string]bool{}, []Member(nil)
	for _, m := range members {
		if !seen[m.Name] {
			seen[m.Name], kept = true, append(kept, m)
		}
	}
	return base64.RawURLEncoding.EncodeToString(Object(kept)), nil
}

func oneTable(r *rules, w World) {
	r.listed = func(text string) bool { return slices.Contains(w.Issued, text) }
}
