package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"twodoors/web/jwtinspect"
)

// keyFlags say where a secret is. It is never an argument: those are in the list of
// processes and in the history of the shell.
type keyFlags struct {
	SecretFile   string `help:"File with the secret; trailing line breaks are ignored." placeholder:"FILE"`
	SecretEnv    string `help:"Environment variable with the secret." placeholder:"NAME"`
	SecretBase64 bool   `name:"secret-base64" help:"The secret is base64-encoded." xor:"spelling"`
	SecretHex    bool   `name:"secret-hex" help:"The secret is hex-encoded." xor:"spelling"`
}

// keySource is a flag that names where a key is, by the kind of the key.
type keySource struct{ kind, where string }

// key reads the one key that was given.
func (f keyFlags) key(t terminal, others []keySource) (*jwtinspect.Key, error) {
	secret := "secret"
	switch {
	case f.SecretBase64:
		secret = "secret_base64"
	case f.SecretHex:
		secret = "secret_hex"
	}
	var given []keySource
	for _, source := range append([]keySource{{secret, f.SecretFile}, {"env", f.SecretEnv}}, others...) {
		if source.where != "" {
			given = append(given, source)
		}
	}
	if len(given) != 1 {
		return nil, usageError{errors.New("give one key: --secret-file, --secret-env, or a flag that names a key file")}
	}
	source := given[0]
	if source.kind == "env" {
		text, there := os.LookupEnv(source.where)
		if !there || text == "" {
			return nil, fmt.Errorf("the environment variable %s is not set", source.where)
		}
		return jwtinspect.KeyOf(secret, text), nil
	}
	text, err := readKeyFile(source)
	if err != nil {
		return nil, err
	}
	key := jwtinspect.KeyOf(source.kind, string(text))
	if key == nil {
		return nil, fmt.Errorf("%s is empty", source.where)
	}
	return key, nil
}

// maxKeyFile bounds what is read of a key, wherever it comes from.
const maxKeyFile = 1 << 20

func readKeyFile(source keySource) ([]byte, error) {
	if source.kind == "jwks" && (strings.HasPrefix(source.where, "https://") || strings.HasPrefix(source.where, "http://")) {
		return fetchKeys(source.where)
	}
	file, err := os.Open(source.where)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	defer file.Close()
	return readBounded(file, maxKeyFile)
}

// fetchKeys asks for a key set, because whoever runs the command says so. No token
// ever says where keys are fetched.
func fetchKeys(address string) ([]byte, error) {
	client := &http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get(address)
	if err != nil {
		return nil, fmt.Errorf("fetch the keys: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch the keys: %s answers %s", address, answer.Status)
	}
	return readBounded(answer.Body, maxKeyFile)
}

func readBounded(in io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("the input is longer than %d KiB, which is too long", most>>10)
	}
	return text, err
}
