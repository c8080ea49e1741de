package jwtinspect

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

var (
	// Some programs turn hyphens into dashes; one form of SSH has four and a blank.
	pemBegin = expression(`[-–—]{1,5} ?BEGIN ([A-Z0-9 ]+?) ?[-–—]{1,5}`)
	pemEnd   = expression(`[-–—]{1,5} ?END [A-Z0-9 ]+? ?[-–—]{1,5}`)

	pemHeader = expression(`(?m)^[A-Za-z][\w-]*: .*$`) // RFC 1421 section 4.6, RFC 4716 section 3.3
	escaped   = expression(`\\+[nrt]|\\+\r?\n|\r`)     // line breaks as two characters, once or more than once escaped
	joined    = expression(`["']\s*[+.]?\s*["']`)      // lines of a text in a program
	tag       = expression(`<[a-z/][^<>]*>`)
	noise     = strings.NewReplacer(`"`, "", "'", "", ",", "", ";", "", "=", "")
)

// unescape puts line breaks where a text has their names.
func unescape(text string) string {
	return strings.ReplaceAll(escaped().ReplaceAllString(text, "\n"), `\/`, "/")
}

// pemNamed are blocks that hold no key which can be read, and what to do.
var pemNamed = []struct{ label, what string }{
	{"ENCRYPTED", "the private key is encrypted. Decrypt it with openssl pkey, or give the public key to verify"},
	{"OPENSSH PRIVATE KEY", "this is a private key in OpenSSH's format. Give the public key, which ends in .pub, or convert it with ssh-keygen -p -m PEM"},
	{"PGP", "this is a PGP key, which cannot sign tokens"},
	{"CERTIFICATE REQUEST", "this is a certificate request. Give the certificate or the public key"},
	{"PKCS7", "this is a bundle of certificates (PKCS #7). Take one out of it with openssl pkcs7 -print_certs"},
	{"CRL", "this is a certificate revocation list"},
	{"DSA PRIVATE KEY", "this is a DSA key, which cannot sign tokens"},
}

// readPEM reads every block of a text in which PEM stands, however its lines were broken, and
// with text around it (RFC 7468 section 2).
func readPEM(text string) keyring {
	if !pemBegin().MatchString(text) {
		return keyring{err: errNoKey}
	}
	text = joined().ReplaceAllString(unescape(text), "\n")
	var ring keyring
	for {
		begin := pemBegin().FindStringSubmatchIndex(text)
		if begin == nil {
			break
		}
		label, rest := text[begin[2]:begin[3]], text[begin[1]:]
		end := pemEnd().FindStringIndex(rest)
		if end == nil {
			ring.add(readCutBlock(rest))
			break
		}
		if !strings.HasSuffix(label, "PARAMETERS") { // openssl writes those before a key; the key names its curve too
			ring.add(readBlock(label, rest[:end[0]]))
		}
		text = rest[end[1]:]
	}
	return ring.finish("the PEM contains parameters and no key")
}

// readCutBlock reads a key whose last line is missing. DER says itself how long it is.
func readCutBlock(body string) (*usable, error) {
	key, err := readDER(sequence(strings.TrimSpace(body)))
	if errors.Is(err, errNoKey) {
		err = unreadable("the PEM was cut off: the END line is missing")
	}
	return key, err
}

func readBlock(label, body string) (*usable, error) {
	for _, n := range pemNamed {
		if strings.Contains(label, n.label) || n.label == "ENCRYPTED" && strings.Contains(body, "ENCRYPTED") {
			return nil, unreadable("%s", n.what)
		}
	}
	body = noise.Replace(strings.Join(strings.Fields(pemHeader().ReplaceAllString(tag().ReplaceAllString(body, "\n"), "")), ""))
	der, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(body))
	switch {
	case err != nil:
		return nil, unreadable("the text between BEGIN and END is not base64")
	case strings.HasPrefix(label, "SSH2"):
		return readSSHBlob(der)
	case strings.HasSuffix(label, "PRIVATE KEY") && len(der) > maxPrivate:
		return nil, &fault{"key-too-large", []any{"in PEM", fmt.Sprintf("%d bytes", len(der))}}
	}
	key, err := readDER(der)
	if errors.Is(err, errNoKey) {
		err = unreadable("the PEM does not contain a readable %s", strings.ToLower(label))
	}
	return key, err
}

// add takes a key, unless it is there already, or tells why it cannot be used.
func (ring *keyring) add(key *usable, err error) {
	if bad, ok := errors.AsType[*fault](err); ok {
		ring.wrong = append(ring.wrong, bad)
	}
	if err != nil {
		return
	}
	for n, there := range ring.keys {
		if there.equal(key) {
			if there.private == nil {
				ring.keys[n] = key
			}
			return
		}
	}
	ring.keys = append(ring.keys, key)
}

// finish makes what is wrong with a single key the error, and of a key among others a reason
// to leave it out.
func (ring keyring) finish(none string) keyring {
	switch {
	case len(ring.keys) > 0:
		for n, bad := range ring.wrong {
			if bad.code == "key-unreadable" {
				ring.wrong[n] = &fault{"key-unknown", bad.needs}
			}
		}
	case len(ring.wrong) > 0:
		ring.err, ring.wrong = ring.wrong[0], nil
	default:
		ring.err = unreadable("%s", none)
	}
	return ring
}
