package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/data"
)

// A11, A6: what is kept for one room elsewhere, as in a Redis that others use, is never taken for
// another's, and each room has the published accounts.
func TestRoomsHaveSitesOfTheirOwn(t *testing.T) {
	t.Parallel()
	parent := filepath.Join(t.TempDir(), "rooms")
	files := newRoomFiles(parent)
	if _, err := os.Stat(parent); err == nil {
		t.Error("a folder is made before there is a room")
	}
	ids := map[string]string{}
	for _, room := range []string{"k3f9", "m2x7"} {
		made, err := files.Make(t.Context(), room)
		if err != nil {
			t.Fatal(err)
		}
		db, err := openDisposable(t.Context(), made.Path())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		id, err := siteID(t.Context(), db)
		if err != nil || ids[id] != "" {
			t.Errorf("%s is the site %q as is %q, %v", room, id, ids[id], err)
		}
		ids[id] = room
		for _, name := range []string{"ada", "grace"} {
			if _, hash, err := db.Users.ByName(t.Context(), name); err != nil || !strings.HasPrefix(hash, "$argon2id$") {
				t.Errorf("%s: %q, %v", name, hash, err)
			}
		}
	}
	files.Close()
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// Where rooms have no place, one sentence says so, and what to do.
func TestRoomsWithoutAPlace(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	files := newRoomFiles(file)
	defer files.Close()
	_, err := files.Make(t.Context(), "k3f9")
	const says = "not a directory: name another folder with --rooms-dir"
	if err == nil || data.KindOf(err) != data.NoFault || !strings.HasSuffix(err.Error(), says) {
		t.Errorf("%v", err)
	}
}
