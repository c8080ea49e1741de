package storage

import (
	"strings"

	"twodoors/web/lab"
)

// What this lab finds out.
var (
	keptToken = lab.Finding{Kind: "place", Says: "The page now keeps the token in {place}."}
	setCookie = lab.Finding{Kind: "cookie", Says: "Practice cookie set: {reach}, SameSite={same_site}.", Words: map[string]map[string]string{
		"reach": {"scripts": "readable by scripts", "http_only": "HttpOnly"},
	}}
	caught = lab.Finding{Kind: "caught", Says: "The injected script read {local} from localStorage, {session} from sessionStorage and {cookie} from document.cookie.", Words: map[string]map[string]string{
		"local": {"": "nothing"}, "session": {"": "nothing"}, "cookie": {"": "nothing"},
	}}
	arrived = lab.Finding{Kind: "arrived", Says: "{by}, {practice}. Sec-Fetch-Site: {fetch_site}. Origin: {origin}.", Words: map[string]map[string]string{
		"by":         {"load": "Image loaded", "post": "POST sent", "frame": "Page framed", "visit": "Link followed"},
		"practice":   {"without": "without the practice cookie", "with": "with the practice cookie", "before": "with an earlier practice cookie"},
		"fetch_site": {notSent: "not sent"}, "origin": {notSent: "not sent"},
	}}
	browserShowed = lab.Finding{Kind: "browser", Says: "The browser let the foreign site see the image: {load}; the response to the POST: {post}; the framed page: {frame}."}
)

// gave holds when the script read something that begins like this.
func gave(from, beginning string) lab.Is {
	return lab.All(caught.Noted(), func(s lab.Seen) bool { return strings.HasPrefix(s.Found.Facts[from], beginning) })
}

// came holds for a request from the foreign site, with the cookie or without.
func came(by string) lab.Is { return arrived.Noted("by", by, "fetch_site", "cross-site") }

// cameWith and cameWithout hold for a request from the foreign site with the practice cookie, or without it.
func cameWith(by string) lab.Is    { return lab.All(came(by), arrived.Noted("practice", "with")) }
func cameWithout(by string) lab.Is { return lab.All(came(by), arrived.Noted("practice", "without")) }

// whereScriptReads asks from which place the injected script gets the token.
func whereScriptReads(act int) *lab.Prediction {
	return &lab.Prediction{
		Act: act, Asks: "The same script runs in another window. From where will it read your token?",
		Answers: []lab.Answer{
			{Name: "sessionStorage", Says: "Only from sessionStorage"}, {Name: "memory", Says: "Only from memory"},
			{Name: lab.BothDoors, Says: "From both"}, {Name: lab.NeitherDoor, Says: "From neither"},
		},
		Outcome: func(h lab.History) string {
			stored, known := readWhile(h, "sessionStorage")
			remembered, also := readWhile(h, "memory")
			switch {
			case !known || !also:
				return ""
			case stored && !remembered:
				return "sessionStorage"
			case remembered && !stored:
				return "memory"
			}
			return lab.OneOrBoth(stored, remembered)
		},
	}
}

// readWhile tells whether the script read a token while the page kept it in a place.
func readWhile(h lab.History, place string) (read, known bool) {
	kept, known := h.First(keptToken.Noted("place", place))
	if !known {
		return false, false
	}
	report, known := h.After(kept).First(caught.Noted())
	return known && (report.Found.Facts["local"] != "" || report.Found.Facts["session"] != ""), known
}

// scriptReadCookie tells whether the last report of the script has the cookie.
func scriptReadCookie(h lab.History) (so, known bool) {
	report, known := h.Last(caught.Noted())
	return known && report.Found.Facts["cookie"] != "", known
}

// afterCookie is passed when everything happened while the practice cookie had a certain SameSite.
func afterCookie(same string, things ...lab.Is) lab.Check {
	return func(h lab.History) []lab.Seen {
		for _, set := range h.Every(setCookie.Noted("same_site", same)) {
			during := h.After(set)
			if next, ok := during.First(setCookie.Noted()); ok {
				during = during.Before(next)
			}
			if seen := lab.Each(things...)(during); seen != nil {
				return append([]lab.Seen{set}, seen...)
			}
		}
		return nil
	}
}
