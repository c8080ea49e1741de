package datatest

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

var secrets = map[string]promise{
	"ServersHaveTheSameSecret":       serversHaveTheSameSecret,
	"SecretOfAnotherLengthIsRefused": secretOfAnotherLengthIsRefused,
}

func serversHaveTheSameSecret(t *testing.T, s *site) {
	servers := s.servers(t, 8)
	made := make([][]byte, len(servers))
	var asking sync.WaitGroup
	for i, db := range servers {
		asking.Go(func() {
			var err error
			if made[i], err = db.Secrets.Get(t.Context(), "site"); err != nil || len(made[i]) != 32 {
				t.Errorf("%d bytes, %v", len(made[i]), err)
			}
		})
	}
	asking.Wait()
	for _, secret := range made {
		if !bytes.Equal(secret, made[0]) {
			t.Error("two servers have different ones")
		}
	}
	if other, err := s.db.Secrets.Get(t.Context(), "seats"); err != nil || bytes.Equal(other, made[0]) {
		t.Errorf("another name, the same secret; or %v", err)
	}
}

// K8: a secret has 32 bytes or is refused, and none is made in its place.
func secretOfAnotherLengthIsRefused(t *testing.T, s *site) {
	if _, err := s.db.Secrets.Get(t.Context(), "seats"); err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{"", "short", strings.Repeat("x", 33)} {
		s.administer(t, "UPDATE secrets SET value = $1", []byte(damaged))
		value, err := s.db.Secrets.Get(t.Context(), "seats")
		if err == nil || value != nil || !strings.Contains(err.Error(), `"seats"`) || damaged != "" && strings.Contains(err.Error(), damaged) {
			t.Errorf("%q: %q, %v", damaged, value, err)
		}
		if n := s.count(t, "SELECT length(value) FROM secrets"); n != len(damaged) {
			t.Errorf("%q became one of %d bytes", damaged, n)
		}
	}
}
