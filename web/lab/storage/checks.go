package storage

import (
	"strings"

	"twodoors/web/lab"
)

// What this lab finds out.
var (
	keptToken = lab.Finding{Kind: "place", Says: "The page says that it keeps the token in {place}."}
	setCookie = lab.Finding{Kind: "cookie", Says: "A practice cookie, {reach}, SameSite={same_site}.", Words: map[string]map[string]string{
		"reach": {"scripts": "scripts may read it", "http_only": "HttpOnly"},
	}}
	caught = lab.Finding{Kind: "caught", Says: "localStorage gave {local}; sessionStorage gave {session}; document.cookie gave {cookie}.", Words: map[string]map[string]string{
		"local": {"": "nothing"}, "session": {"": "nothing"}, "cookie": {"": "nothing"},
	}}
	arrived = lab.Finding{Kind: "arrived", Says: "By {by}, {practice}; Sec-Fetch-Site {fetch_site}; Origin {origin}.", Words: map[string]map[string]string{
		"by":       {"load": "loading", "post": "posting", "frame": "framing", "visit": "link"},
		"practice": {"without": "without the practice cookie", "with": "with the practice cookie", "before": "with a practice cookie from before"},
	}}
	browserShowed = lab.Finding{Kind: "browser", Says: "Picture shown {load}, answer to the post readable {post}, page shown in the frame {frame}."}
)

// gave holds for what a script got from somewhere, by how it begins.
func gave(from, beginning string) lab.Is {
	return lab.All(caught.Noted(), func(s lab.Seen) bool { return strings.HasPrefix(s.Found.Facts[from], beginning) })
}

// came holds for a request from the foreign site: whether the cookie came along is up
// to the browser.
func came(by string) lab.Is { return arrived.Noted("by", by, "fetch_site", "cross-site") }

// cameWith and cameWithout hold for a request from the foreign site with the practice cookie, or without it.
func cameWith(by string) lab.Is    { return lab.All(came(by), arrived.Noted("practice", "with")) }
func cameWithout(by string) lab.Is { return lab.All(came(by), arrived.Noted("practice", "without")) }

// afterCookie is passed when everything happened while the practice cookie was of a
// kind.
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
