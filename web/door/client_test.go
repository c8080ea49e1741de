package door_test

import (
	"testing"

	"twodoors/web/door"
)

// A3: who has one address of an IPv6 network of 64 bits has them all, and counts once.
func TestAddressesCountByNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::": "2001:db8:1:2::/64",
		"2001:db8:1:3::1": "2001:db8:1:3::/64", "fe80::1%eth0": "fe80::/64", "::1": "::/64", "pipe": "pipe", "": "",
	} {
		if got := (door.Client{Address: address}).Network(); got != want {
			t.Errorf("%q counts as %q, want %q", address, got, want)
		}
	}
	if a, b := (door.Client{Address: "::ffff:203.0.113.9"}).Network(), (door.Client{Address: "::ffff:203.0.113.8"}).Network(); a == b {
		t.Error("two IPv4 addresses written as IPv6 count as one")
	}
}

// A7: over HTTPS a cookie has a name that only HTTPS can set.
func TestCookieNamesOverHTTPS(t *testing.T) {
	t.Parallel()
	if got := (door.Client{Secure: true}).CookieName("sticky"); got != "__Host-sticky" {
		t.Error(got)
	}
	if got := (door.Client{}).CookieName("sticky"); got != "sticky" {
		t.Error(got)
	}
}

// A11: outside the stage a cookie's name carries the room, so that a browser keeps one for
// each; what is good in all rooms has one name.
func TestCookieNamesCarryTheRoom(t *testing.T) {
	t.Parallel()
	for want, client := range map[string]door.Client{
		"session": {}, "session-k3f9": {Room: "k3f9"}, "__Host-session": {Secure: true}, "__Host-session-k3f9": {Room: "k3f9", Secure: true},
	} {
		if got := client.CookieName("session"); got != want {
			t.Errorf("%+v: %q, want %q", client, got, want)
		}
	}
	if got := (door.Client{Room: "k3f9", Secure: true}).SiteCookieName("passcode"); got != "__Host-passcode" {
		t.Error(got)
	}
}
