package doors

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"twodoors/web/token"
)

// publish has the server sign by a key pair from now on, beside the secret that it
// signed with before, and returns what it publishes of it.
func (v *visit) publish(algorithm string) jose.JSONWebKey {
	v.t.Helper()
	keys, err := v.Ring.Load(v.t.Context(), token.Signing{Algorithm: algorithm})
	if err != nil {
		v.t.Fatal(err)
	}
	rules := *v.Token.Rules()
	rules.Keys = keys
	v.Token.Adopt(rules)
	for _, key := range keys.Public().Keys {
		if key.KeyID == keys.Current().ID {
			return key
		}
	}
	v.t.Fatalf("%s is not published", algorithm)
	return jose.JSONWebKey{}
}

// spellings are the texts of a public key that verifiers have taken for a secret.
func spellings(t *testing.T, key jose.JSONWebKey) map[string][]byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Key)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := key.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	all := map[string][]byte{"PEM": block, "PEM without its last line break": bytes.TrimSpace(block), "DER": der, "JWK": jwk}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		all["PKCS #1"] = x509.MarshalPKCS1PublicKey(public)
	case *ecdsa.PublicKey:
		if all["raw point"], err = public.Bytes(); err != nil {
			t.Fatal(err)
		}
	case ed25519.PublicKey:
		all["raw"] = public
	}
	return all
}

// T4: an HMAC with the public key for a secret is refused, while keys of both kinds
// are trusted, whichever of them the token names.
func TestPublicKeyIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{token.RS256, token.ES256, token.EdDSA} {
		v := open(t, "memory")
		secret := v.key()
		public := v.publish(algorithm)
		for how, spelling := range spellings(t, public) {
			for kid, reason := range map[string]string{public.KeyID: "key.select", secret.ID: "signature.verify"} {
				text := sealed(strings.ReplaceAll(goodHeader, "KID", kid), payload(), spelling)
				v.refused(algorithm+", "+how, v.call("GET", "/api/token/me", "", "Authorization", "Bearer "+text), 401, reason)
				v.inspectedWith(public, text, how)
			}
		}
		if a := v.call("GET", "/api/token/me", "", "Authorization", "Bearer "+v.token()); a.StatusCode != 200 {
			t.Errorf("%s: its own token: %d", algorithm, a.StatusCode)
		}
	}
}

// sealed makes a token by HMAC over any secret.
func sealed(header, payload string, secret []byte) string {
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(header)) + "." + encode([]byte(payload))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

// inspectedWith shows a forged token to the inspector, with the public key.
func (v *visit) inspectedWith(key jose.JSONWebKey, text, how string) {
	v.t.Helper()
	asked, err := json.Marshal(map[string]any{"token": text, "key": map[string]any{"jwk": key}})
	if err != nil {
		v.t.Fatal(err)
	}
	a := v.call("POST", "/api/inspect/token", string(asked))
	var r report
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || r.Signature.Valid || !r.has("forged") || !r.has("alg-key") {
		v.t.Errorf("%s: %v, the inspector says %s", how, err, a.body)
	}
}
