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
	Title  string   // of this page, without the site's name
	Active string   // the part of the navigation that it belongs to: its path, as "/inspector"
	Status string   // what runs, in a few words: "1 server · memory · HS256 · up 3 min"
	Short  bool     // not all of it runs
	Alone  bool     // a server without a front: there is no server room
	Knows  bool     // what is broken on purpose: a server behind a front does not
	Broken []Broken // on purpose
	Seat   SeatNotice
	Room   string // the name of the room that the page is of, for its scripts; empty on the stage
	Static string // where static files are served, as "/static/3fa9c1"
}
