package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"twodoors/data/sqlite"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/settings"
)

// roomsFlags say how many rooms there may be, and where.
type roomsFlags struct {
	Rooms    *int   `help:"How many rooms can be awake besides the stage; 0 for none. Depends on memory if not given." env:"TWODOORS_ROOMS"`
	RoomsDir string `help:"Folder for the rooms' databases; rooms beside --db if not given." env:"TWODOORS_ROOMS_DIR"`
}

func (f roomsFlags) check() error {
	if f.Rooms != nil && *f.Rooms < 0 {
		return fmt.Errorf("--rooms must be 0 or more, not %d", *f.Rooms)
	}
	return nil
}

const (
	// serverMemory is what a server of a room holds itself to, in bytes, but for hashing.
	serverMemory = 12 << 20
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

// openRooms returns rooms of which none is open. The files are where their databases will be.
func (c *serveCommand) openRooms(
	site string, files *roomFiles, stage *room.Room, program room.Program, inClass func(seat string) bool,
) *rooms.Rooms {
	most, processes := c.most()
	program.Env, program.Starts = []string{"GOMAXPROCS=2"}, room.NewStarts(2*runtime.NumCPU())
	return rooms.New(rooms.Config{
		Stage: stage, Defaults: c.roomDefaults(), Most: most, MostProcesses: processes, InClass: inClass, Now: time.Now,
		Make: func(r room.Config, o rooms.Order) *room.Room {
			r.Site, r.Program = site, program
			r.Small = room.Small{Disposable: true, Memory: serverMemory, Sessions: 2000, Redis: 8 << 20}
			if o.Measured {
				r.Small.Memory = 0
			}
			r.Database = &roomDatabase{files: files, room: r.Name}
			return room.New(r)
		},
	})
}

// roomDefaults are what a room begins with: the settings of the stage, but for one server, and
// sessions in its memory.
func (c *serveCommand) roomDefaults() settings.Settings {
	chosen := c.Settings
	chosen.Servers, chosen.Store = 1, settings.StoreMemory
	return chosen
}

// roomDatabase is the database of a room of a visitor, which ends with the room.
type roomDatabase struct {
	files *roomFiles
	room  string
	copy  *sqlite.Copy // nil before the room is first awake
}

// errUnprepared is for a room that was never awake.
var errUnprepared = errors.New("the room's database does not exist yet")

// Name is that of its file.
func (d *roomDatabase) Name() string { return d.room + ".db" }

// Kind is that of all databases of rooms.
func (d *roomDatabase) Kind() settings.Database { return settings.SQLite }

// Prepare makes it.
func (d *roomDatabase) Prepare() (err error) {
	if d.copy == nil {
		d.copy, err = d.files.Make(context.Background(), d.Name())
	}
	return err
}

// Path is where it lies, empty before it is made.
func (d *roomDatabase) Path() string {
	if d.copy == nil {
		return ""
	}
	return d.copy.Path()
}

// InPlace is nil while the file lies where it was made.
func (d *roomDatabase) InPlace() error {
	if d.copy == nil {
		return errUnprepared
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
