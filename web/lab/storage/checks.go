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
