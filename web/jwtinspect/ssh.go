package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"math/big"
	"strings"
)

// sshLine is a public key as ~/.ssh/*.pub and authorized_keys have it.
var sshLine = expression(`((?:sk-)?(?:ssh-(?:rsa|ed25519|dss|ed448)|ecdsa-sha2-nistp\d+)(?:@openssh\.com)?)[ \t]+(AAAA[A-Za-z0-9+/]+)`)

// readSSH reads public keys as SSH writes them, one a line.
func readSSH(text string) keyring {
	lines := sshLine().FindAllStringSubmatch(text, maxKeys)
	if len(lines) == 0 {
		return keyring{err: errNoKey}
	}
	var ring keyring
	for _, line := range lines {
		blob, _ := base64.RawStdEncoding.DecodeString(line[2])
		ring.add(readSSHBlob(blob))
	}
	return ring.finish("")
}

// readSSHBlob reads a public key as SSH sends it: a name and fields, each with its length in
// front (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4).
func readSSHBlob(blob []byte) (*usable, error) {
	fields := sshFields(blob)
	name := ""
	if len(fields) > 0 {
		name = string(fields[0])
	}
	curve := map[string]elliptic.Curve{
		"ecdsa-sha2-nistp256": elliptic.P256(), "ecdsa-sha2-nistp384": elliptic.P384(), "ecdsa-sha2-nistp521": elliptic.P521(),
	}[name]
	switch {
	case name == "ssh-rsa" && len(fields) == 3 && len(fields[1]) <= 4:
		e, n := new(big.Int).SetBytes(fields[1]), new(big.Int).SetBytes(fields[2])
		return use(&rsa.PublicKey{N: n, E: int(e.Int64())})
	case name == "ssh-ed25519" && len(fields) == 2 && len(fields[1]) == ed25519.PublicKeySize:
		return use(ed25519.PublicKey(fields[1]))
	case curve != nil && len(fields) == 3:
		if key, err := ecdsa.ParseUncompressedPublicKey(curve, fields[2]); err == nil {
			return use(key)
		}
	case name == "ssh-dss":
		return nil, unreadable(nameDSA)
	case name == "ssh-ed448":
		return nil, unreadable(nameEd448)
	case strings.HasPrefix(name, "sk-"):
		return nil, unreadable("it belongs to a hardware security key, which signs only logins")
	}
	return nil, unreadable("the SSH line was cut off, or is not a key")
}

func sshFields(blob []byte) (fields [][]byte) {
	for len(blob) >= 4 {
		size := binary.BigEndian.Uint32(blob)
		if uint64(size) > uint64(len(blob)-4) {
			return nil
		}
		fields = append(fields, blob[4:4+size])
		blob = blob[4+size:]
	}
	return fields
}

// readXML reads an RSA key as .NET writes it.
func readXML(text string) keyring {
	at := strings.Index(text, "<RSAKeyValue")
	if at < 0 {
		return keyring{err: errNoKey}
	}
	var value struct {
		Modulus, Exponent string
	}
	if err := xml.Unmarshal([]byte(text[at:]), &value); err != nil {
		return keyring{err: unreadable("the XML of the RSA key was cut off")}
	}
	n, _ := anyBase64(value.Modulus)
	e, _ := anyBase64(value.Exponent)
	if len(n) == 0 || len(e) == 0 || len(e) > 4 {
		return keyring{err: unreadable("the XML of the RSA key has no modulus or no exponent in base64")}
	}
	var ring keyring
	ring.add(use(&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}))
	return ring.finish("")
}
