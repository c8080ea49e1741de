// Package layout is the frame around every page, with what it says of the site and the
// seat, the pages for when something went wrong, and the components that all pages are
// put together from, named after what is seen.
//
// The other folders beside it are the pages, an area each. A view takes values and knows
// no request, no store and no door. The templates are in the .templ files; the .go files
// beside them say what they are given, and where things lie in a picture. Start reading
// at frame.templ.
package layout

// Page is what the frame around every page shows.
type Page struct {
	Title     string   // of this page, without the site's name
	Active    string   // the part of the navigation that it belongs to: its path, as "/inspector"
	Status    string   // what runs, in a few words: "1 server · memory · HS256 · up 3 min"
	Short     bool     // not all of it runs
	Alone     bool     // a server without a front: there is no server room
	Trouble   string   // why the room does not wake, and what to do; empty when it does
	Private   bool     // only its own machine can reach this site
	Knows     bool     // what is broken on purpose: a server behind a front does not
	Broken    []Broken // on purpose
	Seat      SeatNotice
	Room      Room   // that the page was made in
	Class     Class  // that the seat is in; a server behind a front does not know
	OpensRoom bool   // the first press opens a room of one's own
	Static    string // where static files are served, as "/static/3fa9c1"
}

// Room is a room outside the stage.
type Room struct {
	Name  string // as "k3f9"; empty for the stage
	Title string // what it is for, as "the lab “Restart”"; empty for a visitor's own
}

// Says names the room for whoever is in it.
func (r Room) Says() string {
	if r.Title == "" {
		return "Your room " + r.Name
	}
	return "Your room for " + r.Title
}

// WayOut is what the button says that leaves it.
func (r Room) WayOut() string {
	if r.Title == "" {
		return "End this room"
	}
	return "Leave the lab"
}

// KeysPath is where the room's public keys are.
func (r Room) KeysPath() string {
	const ofStage = "/.well-known/jwks.json"
	if r.Name == "" {
		return ofStage
	}
	return "/r/" + r.Name + ofStage
}

// sheets are the page's styles, in their order. A page does without those that are for others, so that a first
// visit is small; most begin at the doors.
func (p Page) sheets() []string {
	all := []string{
		"tokens", "base", "components", "frame", "pages", "home", "servers", "settings",
		"inspector", "trace", "diagram", "token-page",
	}
	if p.Class.Name != "" || p.Class.Unknown {
		all = append(all, "class")
	}
	switch p.Active {
	case "/":
		return all
	case "/class", "/wall":
		return append(all, "board")
	case "/inspector", "/inspector/token":
		all = append(all, "code")
	default:
		all = append(all, "experiments")
	}
	return append(all, "labs", "lab-stages")
}
