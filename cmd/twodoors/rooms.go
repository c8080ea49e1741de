package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/account"
	"twodoors/web/room"
	"twodoors/web/rooms"
)

// roomsFlags say how many rooms there may be, and where.
type roomsFlags struct {
	Rooms    *int   `help:"How many rooms may be awake at once beside the stage; left out, as many as there is memory for; 0 for none." env:"TWODOORS_ROOMS"`
	RoomsDir string `help:"Folder for the databases of rooms; left out, the folder rooms beside --db." env:"TWODOORS_ROOMS_DIR"`
}

func (f roomsFlags) check() error {
	if f.Rooms != nil && *f.Rooms < 0 {
		return fmt.Errorf("--rooms must be 0 or more, not %d", *f.Rooms)
	}
	return nil
}

const (
	// processMemory is what a process of a room is counted with, in bytes: what a server keeps
	// to itself when it is used, and some for the front.
	processMemory = 9 << 20
	// processesPerRoom is how many a room has on average: some labs take three servers, most
	// take one.
	processesPerRoom = 2
	// maxRooms is how many rooms there are at most when nobody says how many.
	maxRooms = 400
	// unknownMemory is taken for what is free where nobody says how much that is.
	unknownMemory = 2 << 30
)

// most is how many rooms may be awake, and how many processes they may have, by what memory
// is free now: half of it.
func (f roomsFlags) most() (rooms, processes int) {
	processes = int(freeMemory() / 2 / processMemory)
	rooms = min(processes/processesPerRoom, maxRooms)
	if f.Rooms != nil {
		rooms = *f.Rooms
		processes = max(processes, rooms)
	}
	return rooms, processes
}

// openRooms prepares what rooms are made from. None is open.
func (c *serveCommand) openRooms(ctx context.Context, db *data.DB, stage *room.Room, program room.Program) (*rooms.Rooms, error) {
	folder := cmp.Or(c.RoomsDir, filepath.Join(filepath.Dir(c.DB), "rooms"))
	site, err := siteID(ctx, db)
	if err != nil {
		return nil, err
	}
	template, err := sqlite.NewTemplate(ctx, folder, func(ctx context.Context, db *data.DB) error {
		return account.New(db.Users, time.Now).OpenDemo(ctx)
	})
	if err != nil {
		return nil, err
	}
	most, processes := c.most()
	return rooms.New(rooms.Config{
		Stage: stage, Most: most, MostProcesses: processes, Now: time.Now,
		Make: func(r room.Config) *room.Room {
			db := &roomDatabase{template: template, path: filepath.Join(folder, r.Name+".db")}
			r.Site, r.Database, r.Program = site, db, program
			r.Program.Server = serverArguments(db.path)
			r.Program.Env = []string{"GOMAXPROCS=2"}
			return room.New(r)
		},
	}), nil
}

// roomDatabase is the database of a room of a visitor, which ends with the room.
type roomDatabase struct {
	template *sqlite.Template
	path     string
	copy     *sqlite.Copy // nil before the room is first awake
}

// Name is that of its file.
func (d *roomDatabase) Name() string { return filepath.Base(d.path) }

// Prepare copies it.
func (d *roomDatabase) Prepare() (err error) {
	if d.copy == nil {
		d.copy, err = d.template.Copy(d.path)
	}
	return err
}

// InPlace is nil while the copy lies where it was made.
func (d *roomDatabase) InPlace() error {
	if d.copy == nil {
		return os.ErrNotExist
	}
	return d.copy.InPlace()
}

// Remove deletes it.
func (d *roomDatabase) Remove() error {
	if d.copy == nil {
		return nil
	}
	return d.copy.Remove()
}
