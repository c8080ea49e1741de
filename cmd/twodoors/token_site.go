package main

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"twodoors/web/jwtinspect"
)

// siteKey is the key that a site signs with, from its database. Whoever can read that
// file, its owner alone, holds the key anyway.
func siteKey(ctx context.Context, file, algorithm string) (key *jwtinspect.Key, id string, err error) {
	if err := expectDatabase(file); err != nil {
		return nil, "", usageError{fmt.Errorf("--db must name the database of a site: %w", err)}
	}
	db, err := openExisting(ctx, file)
	if err != nil {
		return nil, "", err
	}
	defer db.Close()
	living, err := db.Keys.Living(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("read the site's keys: %w", err)
	}
	for _, kept := range living { // newest first
		if kept.Algorithm != algorithm {
			continue
		}
		if strings.HasPrefix(algorithm, "HS") {
			return jwtinspect.KeyOf("secret_base64", base64.StdEncoding.EncodeToString(kept.Secret)), kept.ID, nil
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: kept.Secret})
		return jwtinspect.KeyOf("pem", string(text)), kept.ID, nil
	}
	return nil, "", errors.New("the site has no key for " + algorithm + ": choose that algorithm there first, or name another with --alg")
}
