package jwtinspect

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// errNoKey says that a text is not known for a key. It may be a secret.
var errNoKey = errors.New("no key that is known")

// readKeyText reads all keys that a text holds, as people have it: from a file, an
// environment variable, an identity server's page, somebody's source code. Each reader knows
// one form, and returns errNoKey when it finds none of it.
func readKeyText(text string) keyring {
	if key, err := readDER([]byte(text)); !errors.Is(err, errNoKey) { // a file in DER
		var ring keyring
		ring.add(key, err)
		return ring.finish("")
	}
	text = tidy(text)
	for _, read := range []func(string) keyring{readAnyJSON, readPEM, readSSH, readXML, readBareDER, readEncoded, readMistaken} {
		if ring := read(text); !errors.Is(ring.err, errNoKey) {
			for _, k := range ring.keys {
				if k.text == "" && k.secret == nil {
					k.text = text
				}
			}
			return ring
		}
	}
	return keyring{err: errNoKey}
}

// tidy takes off what editors, shells and JSON put around a key.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, plain(text))
	text = strings.TrimSpace(text)
	if strings.Contains(text, "BEGIN%20") {
		if decoded, err := url.PathUnescape(text); err == nil {
			text = decoded
		}
	}
	if value := jsontext.Value(text); value.IsValid() && value.Kind() == '"' {
		unquoted, _ := jsontext.AppendUnquote(nil, value)
		return strings.TrimSpace(string(unquoted))
	}
	return strings.TrimSpace(strings.Trim(text, quotes))
}

// readEncoded reads a text that is a key in one of the other forms, in base64 or in
// hexadecimal digits once more.
func readEncoded(text string) keyring {
	bare := strings.Join(strings.Fields(text), "")
	raw, err := hex.DecodeString(bare)
	if err != nil {
		raw, err = base64.StdEncoding.DecodeString(bare)
	}
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(bare)
	}
	if err != nil || len(raw) < 32 {
		return keyring{err: errNoKey}
	}
	if key, err := readDER(raw); err == nil {
		return keyring{keys: []*usable{key}}
	}
	if !utf8.Valid(raw) {
		return keyring{err: errNoKey}
	}
	for _, read := range []func(string) keyring{readAnyJSON, readPEM, readSSH} {
		if ring := read(string(raw)); !errors.Is(ring.err, errNoKey) {
			return ring
		}
	}
	return keyring{err: errNoKey}
}

// mistaken are what people give in place of a key, with what to do instead.
var mistaken = []struct {
	pattern func() *regexp.Regexp
	what    string
}{
	{expression(`^(?i)(?:https?://\S+|[\w-]+(?:\.[\w-]+)+/\S*(?:jwks|certs|keys|well-known)\S*)$`), "this is an address, and nothing is fetched here. Open it and paste the response"},
	{expression(`"jwks_uri"\s*:`), "this is an issuer's configuration, which only names the address of its keys (jwks_uri). Open that and paste the response"},
	{expression(`^[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`), "this is a token, not a key. Give the key that its issuer publishes"},
	{expression(`^(?:file:\S+|(?:\.{1,2}|~)?/(?:etc|usr|home|var|opt|tmp|root|mnt|srv|run|app|src|keys?|certs?|secrets?|ssl)/\S+)$`), "this is the name of a file. Paste its content"},
	{expression(`^(?i)(?:[a-z]:)?[\w./\\~ -]*\.(?:pem|key|pub|crt|cer|der|jwks?|json|p12|pfx|jks|p8)$`), "this is the name of a file. Paste its content"},
	{expression(`^(?i)(?:(?:sha-?1|sha-?256|md5)[:= ]*)?(?:[0-9a-f]{2}:){15,}[0-9a-f]{2}$|^(?:SHA256|MD5):\S+$`), "this is the fingerprint of a key or a certificate. The key cannot be recovered from it: give the key"},
	{expression(`^Modulus=[0-9A-F]+$`), "this is only the modulus of an RSA key. Give the whole public key, as openssl rsa -pubout prints it"},
	{expression(`^PuTTY-User-Key-File`), "this is a key in PuTTY's format. Export it as an OpenSSH public key or as PEM"},
}

func readMistaken(text string) keyring {
	for _, m := range mistaken {
		if m.pattern().MatchString(text) {
			return keyring{err: unreadable("%s", m.what)}
		}
	}
	return keyring{err: errNoKey}
}
