package storage

import "twodoors/web/lab"

// Stored is what the browser stores, as far as the lab was told, for the lab's page.
type Stored struct {
	Token  string // where the page keeps it, empty before it was kept
	Cookie string // the attributes of the practice cookie, empty before it was set
}

// StoredBy is what the browser stores.
func StoredBy(p *lab.Progress) (stored Stored) {
	if kept, ok := p.Last(keptToken.Noted()); ok {
		stored.Token = kept.Found.Facts["place"]
	}
	if set, ok := p.Last(setCookie.Noted()); ok {
		stored.Cookie = "SameSite=" + set.Found.Facts["same_site"]
		if set.Found.Facts["reach"] == "http_only" {
			stored.Cookie = "HttpOnly, " + stored.Cookie
		}
	}
	return stored
}

// Reading is what the injected script read from one place, empty when it read nothing.
type Reading struct{ From, Got string }

// Readings are those of the newest report of the script, none before it.
func Readings(p *lab.Progress) []Reading {
	report, ok := p.Last(caught.Noted())
	if !ok {
		return nil
	}
	facts := report.Found.Facts
	return []Reading{{"localStorage", facts["local"]}, {"sessionStorage", facts["session"]}, {"document.cookie", facts["cookie"]}}
}

// Arrival is a request that the foreign site caused.
type Arrival struct {
	lab.Seen
	Title    string
	Practice string // whether it carried the practice cookie: "with", "without" or "before"
}

// Arrivals are the newest of each kind since the practice cookie was set.
func Arrivals(p *lab.Progress) (all []Arrival) {
	set, ok := p.Last(setCookie.Noted())
	if !ok {
		return nil
	}
	since := &lab.Progress{History: p.History.After(set)}
	for _, kind := range []struct{ by, title string }{{"load", "Load an image"}, {"post", "Send a POST"}, {"frame", "Frame a page"}, {"visit", "Follow a link"}} {
		if came, ok := since.Last(arrived.Noted("by", kind.by)); ok {
			all = append(all, Arrival{came, kind.title, came.Found.Facts["practice"]})
		}
	}
	return all
}
