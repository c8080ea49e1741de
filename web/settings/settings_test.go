package settings_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/web/settings"
)

func good() settings.Settings {
	return settings.Settings{Servers: 1, Balance: "sticky", Doors: settings.Doors{
		Store: "memory", Alg: "HS256", Keys: "shared", Revocation: "off",
		AccessLifetime: 5 * time.Minute, RefreshLifetime: 24 * time.Hour, RefreshGrace: 10 * time.Second, SessionIdle: 20 * time.Minute, SessionLifetime: 12 * time.Hour,
	}}
}

func TestSettingsThatCanAndCannotBe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change func(*settings.Settings)
		names  string // the flag that the fault names; empty for none
	}{
		{func(s *settings.Settings) {}, ""},
		{func(s *settings.Settings) { s.Servers = 9 }, ""},
		{func(s *settings.Settings) { s.Servers = 0 }, "--servers"},
		{func(s *settings.Settings) { s.Servers = 10 }, "--servers"},
		{func(s *settings.Settings) { s.Servers = -1 }, "--servers"},
		{func(s *settings.Settings) { s.Balance = "round-robin" }, ""},
		{func(s *settings.Settings) { s.Balance = "Sticky" }, "--balance"},
		{func(s *settings.Settings) { s.Store = "database" }, ""},
		{func(s *settings.Settings) { s.Store = "redis" }, ""},
		{func(s *settings.Settings) { s.Store = "" }, "--store"},
		{func(s *settings.Settings) { s.Store = "file\nx" }, "--store"},
		{func(s *settings.Settings) { s.Alg = "none" }, "--alg"},
		{func(s *settings.Settings) { s.Alg = "hs256" }, "--alg"},
		{func(s *settings.Settings) { s.Alg = "EdDSA" }, ""},
		{func(s *settings.Settings) { s.Alg = "RS512" }, "--alg"},
		{func(s *settings.Settings) { s.Keys = "per-server" }, ""},
		{func(s *settings.Settings) { s.Keys = "own" }, "--keys"},
		{func(s *settings.Settings) { s.Revocation = "on" }, ""},
		{func(s *settings.Settings) { s.Revocation = "true" }, "--revocation"},
		{func(s *settings.Settings) { s.RefreshLifetime = 0 }, ""},
		{func(s *settings.Settings) { s.RefreshLifetime = time.Millisecond }, "--refresh-lifetime"},
		{func(s *settings.Settings) { s.RefreshLifetime = -time.Hour }, "--refresh-lifetime"},
		{func(s *settings.Settings) { s.RefreshGrace = 0 }, ""},
		{func(s *settings.Settings) { s.RefreshGrace = time.Minute }, ""},
		{func(s *settings.Settings) { s.RefreshGrace = time.Minute + 1 }, "--refresh-grace"},
		{func(s *settings.Settings) { s.RefreshGrace = -time.Second }, "--refresh-grace"},
		{func(s *settings.Settings) { s.AccessLifetime = time.Second }, ""},
		{func(s *settings.Settings) { s.AccessLifetime = time.Second - 1 }, "--access-lifetime"},
		{func(s *settings.Settings) { s.AccessLifetime = 1 << 62 }, "--access-lifetime"},
		{func(s *settings.Settings) { s.SessionIdle = 0 }, "--session-idle"},
		{func(s *settings.Settings) { s.SessionLifetime = -time.Hour }, "--session-lifetime"},
	} {
		s := good()
		test.change(&s)
		err := s.Check()
		if (err == nil) != (test.names == "") || err != nil && (!strings.HasPrefix(err.Error(), test.names+" must be") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%+v: %v, want %q", s, err, test.names)
		}
	}
}

func TestChangedSettingsAreNamed(t *testing.T) {
	t.Parallel()
	later := good()
	later.Alg, later.AccessLifetime = "ES256", 90*time.Second
	if got := strings.Join(good().Changed(later), ", "); got != "access_lifetime 1m30s, alg ES256" {
		t.Error(got)
	}
	if got := good().Changed(good()); len(got) != 0 {
		t.Error(got)
	}
}
