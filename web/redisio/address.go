package redisio

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
)

// address is where a Redis is: at one place, or where its Sentinels say.
type address struct {
	one       *redis.Options
	sentinels *redis.FailoverOptions // instead of one
	encrypted *tls.Config            // nil without TLS; it has no name, as each connection verifies the one that it is made to
}

// Check refuses what cannot be the URL of a Redis, in a sentence for the person who gave
// it. The sentence does not repeat the URL, in which a password may be.
func Check(url string) error {
	_, err := parse(url)
	return err
}

// Label says for people where a Redis is, without user and password: "localhost:6379", or
// "doors (Sentinel redis1:26379, redis2:26379)" when Sentinel knows.
func Label(url string) string {
	at, err := parse(url)
	switch {
	case err != nil:
		return ""
	case at.sentinels != nil:
		return at.sentinels.MasterName + " (Sentinel " + strings.Join(at.sentinels.SentinelAddrs, ", ") + ")"
	}
	return at.one.Addr
}

// The options that a URL may have. The library knows more, which would put other bounds in
// place of ours, ask replicas, or turn the verification of certificates off.
var (
	optionsOfAll       = []string{"db", "protocol", "client_name", authorityOption}
	optionsOfSentinels = []string{"master_name", "addr", "username", "password"}
)

// authorityOption names the certificate that signed the Redis', as in the address of a
// PostgreSQL. The library does not know it.
const authorityOption = "sslrootcert"

var (
	errUnclear   = errors.New("--redis must be a URL such as redis://localhost:6379")
	errUnescaped = errors.New("--redis must be a URL such as redis://localhost:6379; write characters such as / and @ in a password as %2F and %40")
	errOption    = errors.New("--redis has an option that it does not take: there are db, protocol, client_name and sslrootcert, and with Sentinel master_name, addr, username and password")
	errNoName    = errors.New("--redis names Sentinels, so it needs master_name, the name by which they know the Redis")
)

// parse reads a URL as the library does, and the one option that is ours.
func parse(text string) (at address, err error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Fragment != "" {
		return at, unclear(text)
	}
	options, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return at, unclear(text)
	}
	if err := expectKnown(options); err != nil {
		return at, err
	}
	if at.encrypted, err = encryption(parsed.Scheme, options); err != nil {
		return at, err
	}
	options.Del(authorityOption)
	parsed.RawQuery = options.Encode()
	if options.Has("master_name") {
		at.sentinels, err = redis.ParseFailoverURL(parsed.String())
	} else if at.one, err = redis.ParseURL(parsed.String()); err == nil && at.one.TLSConfig != nil {
		at.one.TLSConfig = at.encrypted
	}
	if err != nil {
		return at, unclear(text)
	}
	return at, nil
}

// unclear says what a URL must look like.
func unclear(text string) error {
	if strings.Contains(text, "@") {
		return errUnescaped
	}
	return errUnclear
}

// expectKnown refuses options that mean nothing here. It does not name them: a password that
// is not escaped can end up among them.
func expectKnown(options url.Values) error {
	sentinels := false
	for name := range options {
		sentinels = sentinels || slices.Contains(optionsOfSentinels, name)
		if !slices.Contains(optionsOfAll, name) && !slices.Contains(optionsOfSentinels, name) {
			return errOption
		}
	}
	if sentinels && options.Get("master_name") == "" {
		return errNoName
	}
	return nil
}

// encryption is how connections are encrypted, nil when they are not. The system knows who
// signs certificates unless the URL names a file that does.
func encryption(scheme string, options url.Values) (*tls.Config, error) {
	named := options.Has(authorityOption)
	if scheme != "rediss" {
		if named {
			return nil, errors.New("sslrootcert of --redis needs TLS: begin the URL with rediss://")
		}
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if !named {
		return config, nil
	}
	path := options.Get(authorityOption)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("sslrootcert of --redis cannot be read: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("sslrootcert of --redis has no certificate in it: %s", path)
	}
	return config, nil
}
