// Package views is what people see: the layout, the pages, and the components
// that pages are put together from, named after what is seen.
//
// A view takes values and knows no request, no store and no door. The templates
// are in the .templ files; what they compute with is in the .go files beside
// them. Start reading at layout.templ.
package views

import (
	"fmt"
	"time"
)

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
	Static string // where static files are served, as "/static/3fa9c1"
}

// Since writes how long something has lasted, as people say it.
func Since(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
