package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"twodoors/data"
	"twodoors/static"
	"twodoors/views/layout"
	"twodoors/web/account"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/relay"
	"twodoors/web/server"
	"twodoors/web/session"
	"twodoors/web/settings"
	"twodoors/web/token"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// start ties one server together, whose database has the demo accounts.
func start(ctx context.Context, db *data.DB, config relay.StartConfig, alone bool, closing <-chan struct{}) (*running, error) {
	memory := &memory{limit: config.MemoryLimit}
	keyStore := &token.KeyStore{Table: db.Keys, Memory: trace.MemoryOf(config.Number), Now: db.Now}
	keys, err := keyStore.Load(ctx, signing(config.Settings))
	if err != nil {
		return nil, err
	}
	secret, err := db.Secrets.Get(ctx, "refresh")
	if err != nil {
		return nil, err
	}
	site := config.Site
	if site == "" { // a room's database is a copy, whose secrets are its own
		if site, err = siteID(ctx, db); err != nil {
			return nil, err
		}
	}
	kept := newStores(db, site, config)
	store, err := kept.open(config.Settings.Store, config.Redis)
	if err != nil {
		return nil, err
	}
	kept.Select(store)
	chosen := config.Settings
	sessions := session.New(session.Config{Store: kept, Users: db.Users, Now: db.Now}, sessionRules(chosen))
	tokens := token.New(token.Config{
		Issuer:        token.IssuerOf(site, cmp.Or(config.Room, door.Stage)),
		RefreshTokens: db.RefreshTokens, Revoked: db.Revoked, Issued: db.Issued, Secret: secret, Now: db.Now,
	}, rules(keys, chosen))
	return &running{keyStore: keyStore, doors: config.Settings, stores: kept, issued: db.Issued, memory: memory, app: &server.Server{
		Identity: edge.Identity{Server: config.Number, PID: os.Getpid(), Start: config.Start},
		Accounts: account.NewWithin(memory.lift, db.Users, db.Attempts, db.Now), Session: sessions, Token: tokens, Database: db, Closing: closing,
		Page: page(config, alone, kept, tokens),
	}}, nil
}

// page is the frame of a server's pages.
func page(config relay.StartConfig, alone bool, kept *stores, tokens *token.Door) func(title, active string) layout.Page {
	started, version := time.Now(), sync.OnceValue(static.Version)
	return func(title, active string) layout.Page {
		where, _, _ := strings.Cut(kept.Where(), " of ")
		return layout.Page{
			Title: title, Active: active, Alone: alone, Static: "/static/" + version(), Room: layout.Room{Name: config.Room, Title: config.Title}, Class: layout.Class{Unknown: !alone},
			Status: fmt.Sprintf("server %d · %s · %s · up %s",
				config.Number, strings.ToLower(where), tokens.Rules().Keys.Current().Algorithm, tell.Since(time.Since(started))),
		}
	}
}

func signing(s settings.Doors) token.Signing {
	return token.Signing{Algorithm: s.Alg, PerServer: s.Keys == settings.KeysPerServer}
}

func rules(keys *token.Keys, s settings.Doors) token.Rules {
	return token.Rules{
		Keys: keys, Lifetime: s.AccessLifetime, RefreshLifetime: s.RefreshLifetime, RefreshGrace: s.RefreshGrace,
		Revocation: s.Revocation == settings.RevocationOn,
	}
}

func sessionRules(s settings.Doors) session.Rules {
	return session.Rules{Idle: s.SessionIdle, Lifetime: s.SessionLifetime}
}
