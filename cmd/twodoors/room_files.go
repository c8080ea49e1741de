package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/account"
	"twodoors/web/scratch"
)

// roomFiles are the databases of rooms: copies of one template, in a folder that is there for
// as long as this process. Folder and template are made with the first of them.
type roomFiles struct {
	parent string

	mu       sync.Mutex
	folder   *scratch.Folder
	template *sqlite.Template
}

// roomFolder begins the names of the folders in which running programs have the databases of
// their rooms.
const roomFolder = "twodoors-rooms-"

// newRoomFiles removes what programs have left behind that were killed.
func newRoomFiles(parent string) *roomFiles {
	scratch.RemoveAbandoned(parent, roomFolder)
	return &roomFiles{parent: parent}
}

// Make makes the database of a room. Its demo accounts are the published ones, and nobody has
// drawn its keys and secrets yet.
func (f *roomFiles) Make(ctx context.Context, name string) (*sqlite.Copy, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.prepare(ctx); err != nil {
		return nil, err
	}
	return f.template.Copy(filepath.Join(f.folder.Path(), name))
}

func (f *roomFiles) prepare(ctx context.Context) (err error) {
	if f.folder == nil {
		if f.folder, err = scratch.Make(f.parent, roomFolder); err != nil {
			return fmt.Errorf("rooms have no place for their databases: %w: name another folder with --rooms-dir", err)
		}
	}
	if f.template == nil {
		f.template, err = sqlite.NewTemplate(ctx, f.folder.Path(), func(ctx context.Context, db *data.DB) error {
			return account.New(db.Users, db.Attempts, time.Now).OpenDemo(ctx)
		})
	}
	return err
}

// Close removes all that is left of them.
func (f *roomFiles) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.folder != nil {
		f.folder.Remove()
	}
}
