package layout

// Asking is a question that is asked before something is lost.
type Asking struct {
	ID     string
	Label  string // of the button that asks
	Lost   string // what is lost, in sentences
	Sure   string // on the button that does it
	Action string // where the form goes
	Fields [][2]string
	Done   string // what a script says when it is done, empty when the page that comes says it
}

// Ending asks before a room of one's own is ended.
func (r Room) Ending(id string) Asking {
	return Asking{
		ID: id, Label: r.WayOut(), Sure: r.WayOut(), Action: "/rooms/leave",
		Lost: "This deletes the room’s servers, its database with all accounts, and everything you changed here.",
	}
}
