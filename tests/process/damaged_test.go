package process

import (
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/tests/site"
)

// private is a key as the database keeps it.
func private(t *testing.T, key any, err error) []byte {
	t.Helper()
	var kept []byte
	if err == nil {
		kept, err = x509.MarshalPKCS8PrivateKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// K1, K2, K8: a key or a secret that was emptied, shortened, or is another's stops the
// start with one line that names it, says what to do, and shows nothing of it. It stays
// in the database as it is, and none is made in its place.
func TestDamagedKeysAndSecretsStopTheStart(t *testing.T) {
	t.Parallel()
	rsa2048, err := rsa.GenerateKey(rand.Reader, 2048)
	rs := private(t, rsa2048, err)
	rsa1024, err := rsa.GenerateKey(rand.Reader, 1024)
	short := private(t, rsa1024, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	curve := private(t, p384, err)
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	exchange := private(t, x25519, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	var signer crypto.Signer = ed
	edwards := private(t, signer, err)
	long := make([]byte, 64)
	rand.Read(long)
	const secret, key = "UPDATE secrets SET value = ?", "UPDATE signing_keys SET secret = ?"
	for name, c := range map[string]struct {
		alg, statement string
		value          any
		names, says    string // "" stands for the key's id
	}{
		"secret emptied":     {"HS256", secret + " WHERE name = 'refresh'", "", `"refresh"`, "0 bytes instead of 32"},
		"secret no bytes":    {"HS256", secret + " WHERE name = 'refresh'", []byte{}, `"refresh"`, "0 bytes instead of 32"},
		"secret shortened":   {"HS256", secret + " WHERE name = 'refresh'", long[:31], `"refresh"`, "31 bytes instead of 32"},
		"secret lengthened":  {"HS256", secret + " WHERE name = 'refresh'", long, `"refresh"`, "64 bytes instead of 32"},
		"seats emptied":      {"HS256", secret + " WHERE name = 'seats'", "", `"seats"`, "0 bytes instead of 32"},
		"HMAC emptied":       {"HS256", key, "", "", "32 bytes"},
		"HMAC shortened":     {"HS256", key, long[:31], "", "32 bytes, this one has 31"},
		"HMAC lengthened":    {"HS256", key, long, "", "32 bytes, this one has 64"},
		"HMAC not random":    {"HS256", key, []byte(strings.Repeat("secret", 6)[:32]), "", "not random"},
		"HMAC a number":      {"HS256", key, 7, "", "32 bytes, this one has 1"},
		"RSA emptied":        {"RS256", key, "", "", "not a private key in PKCS #8"},
		"RSA cut":            {"RS256", key, rs[:len(rs)-1], "", "not a private key in PKCS #8"},
		"RSA text":           {"RS256", key, "-----BEGIN PRIVATE KEY-----", "", "not a private key in PKCS #8"},
		"RSA short":          {"RS256", key, short, "", "2048 bits"},
		"RSA public":         {"RS256", key, x509.MarshalPKCS1PublicKey(&rsa2048.PublicKey), "", "not a private key in PKCS #8"},
		"ECDSA other curve":  {"ES256", key, curve, "", "not P-256"},
		"ECDSA is RSA":       {"ES256", key, rs, "", "another kind of key"},
		"ECDSA a secret":     {"ES256", key, long[:32], "", "not a private key in PKCS #8"},
		"EdDSA for exchange": {"EdDSA", key, exchange, "", "another kind of key"},
		"EdDSA is RSA":       {"EdDSA", key, rs, "", "another kind of key"},
		"HMAC is EdDSA":      {"HS256", key, edwards, "", "32 bytes, this one has 48"},
		"algorithm changed":  {"HS256", "UPDATE signing_keys SET alg = ?", "ES256", "", "not a private key in PKCS #8"},
		"algorithm unknown":  {"HS256", "UPDATE signing_keys SET alg = ?", "HS1\nlevel=INFO", "", `"HS1\nlevel=INFO" is unknown`},
		"id emptied":         {"HS256", "UPDATE signing_keys SET kid = ?", "", `signing key ""`, "it has no id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := filepath.Join(t.TempDir(), "t.db")
			s := openOn(t, db, "server", "--alg="+c.alg)
			s.Cmd.Process.Signal(os.Interrupt)
			s.Ended(t)
			kept := another(t, db)
			if c.names == "" {
				if err := kept.QueryRow("SELECT kid FROM signing_keys").Scan(&c.names); err != nil {
					t.Fatal(err)
				}
			}
			change(t, db, c.statement, c.value)
			before := rows(t, db)
			said := refusedStart(t, "server", "--listen=localhost:0", "--db="+db, "--alg="+c.alg)
			if !strings.Contains(said, c.names) || !strings.Contains(said, c.says) || !strings.Contains(said, "restore the database from a backup, or ") {
				t.Errorf("%s does not say %s of %s", said, c.says, c.names)
			}
			if shows(said, c.value) {
				t.Errorf("it is shown: %s", said)
			}
			if after := rows(t, db); after != before {
				t.Errorf("before %s, after %s", before, after)
			}
		})
	}
}

// refusedStart runs the program, which has to end with status 1 and one line, and returns the line.
func refusedStart(t *testing.T, arguments ...string) (said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // one that starts would not end
	defer cancel()
	text, err := exec.CommandContext(ctx, site.Program(), arguments...).CombinedOutput()
	exit, ok := err.(*exec.ExitError)
	if said = string(text); !ok || exit.ExitCode() != 1 || !strings.HasPrefix(said, "twodoors: ") || strings.Count(said, "\n") != 1 {
		t.Errorf("%v %s", err, said)
	}
	return said
}

// shows reports whether a text has a secret in it, as it is or in hexadecimal digits.
func shows(said string, secret any) bool {
	value, is := secret.([]byte)
	return is && len(value) > 0 && (strings.Contains(said, string(value)) || strings.Contains(said, fmt.Sprintf("%x", value)))
}

// rows are the keys and secrets of a database.
func rows(t *testing.T, path string) (text string) {
	t.Helper()
	rows, err := another(t, path).Query("SELECT coalesce(kid, '') || alg || hex(secret) || created_at FROM signing_keys UNION ALL SELECT name || hex(value) FROM secrets ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		text += row + "\n"
	}
	return text
}
