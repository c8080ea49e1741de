package lab

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Found is what a lab itself found out about a request, as facts: the checks go by these,
// and Sentence says them to people.
type Found struct {
	Kind  string            `json:"kind"`
	Facts map[string]string `json:"facts,omitempty"`
}

// The kinds of what is found.
const (
	foundPlace     = "place"      // where a page says that it keeps its token
	foundCookie    = "cookie"     // which practice cookie was set
	foundCaught    = "caught"     // what the script of the page with the hole got
	foundArrived   = "arrived"    // what came from the foreign site, and what came along
	foundBrowser   = "browser"    // what the browser showed the foreign page
	foundForged    = "forged"     // which token was made
	foundCracked   = "cracked"    // a secret
	foundGuessed   = "guessed"    // how far guessing ids comes
	foundJudged    = "judged"     // the third party was right
	foundMisjudged = "misjudged"  // or not
	FoundFinished  = "experiment" // it was run to its end
)

// sentences say each kind; {name} is the fact of that name.
var sentences = map[string]string{
	foundPlace:     "The page says that it keeps the token in {place}.",
	foundCookie:    "A practice cookie, {reach}, SameSite={same_site}.",
	foundCaught:    "localStorage gave {local}; sessionStorage gave {session}; document.cookie gave {cookie}.",
	foundArrived:   "By {by}, {practice}; Sec-Fetch-Site {fetch_site}; Origin {origin}.",
	foundBrowser:   "Picture shown {load}, answer to the post readable {post}, page shown in the frame {frame}.",
	foundForged:    "{forgery}: {done} {let_in}",
	foundCracked:   "The secret is {secret}, guess {guess}, after {seconds} s: {rate} guesses a second on this machine.",
	foundGuessed:   "{guesses} ids in {seconds} s, {rate} a second; {let_in} let in. All ids of 128 bits would take {years} years at this rate.",
	foundJudged:    "The third party told the good token from three that were changed.",
	foundMisjudged: "The third party took {taken} of four for good, and was wrong.",
	FoundFinished:  "“{title}” was run to its end.",
}

// phrases say the facts that are codes.
var phrases = map[string]map[string]string{
	"reach":    {"scripts": "scripts may read it", "http_only": "HttpOnly"},
	"practice": {"without": "without the practice cookie", "with": "with the practice cookie", "before": "with a practice cookie from before"},
	"by":       {"load": "loading", "post": "posting", "frame": "framing", "visit": "link"},
	"local":    {"": "nothing"},
	"session":  {"": "nothing"},
	"cookie":   {"": "nothing"},
}

// find returns what was found: a kind, and names and values in turn.
func find(kind string, facts ...string) Found {
	f := Found{Kind: kind, Facts: map[string]string{}}
	for i := 0; i < len(facts); i += 2 {
		f.Facts[facts[i]] = facts[i+1]
	}
	return f
}

// MarshalJSON adds the sentence, for whoever reads the JSON. Nothing reads it back.
func (f Found) MarshalJSON() ([]byte, error) {
	type facts Found
	return json.Marshal(struct {
		facts `json:",inline"`
		Said  string `json:"said"`
	}{facts(f), f.Sentence()})
}

// Sentence says what was found, empty when nothing was.
func (f Found) Sentence() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(f.Facts)) {
		value := f.Facts[name]
		if phrase, ok := phrases[name][value]; ok {
			value = phrase
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(sentences[f.Kind])
}

// found holds for what was found of a kind, with certain facts: names and values in turn.
func found(kind string, facts ...string) Is {
	want := find(kind, facts...)
	return func(s Seen) bool {
		for name, value := range want.Facts {
			if s.Found.Facts[name] != value {
				return false
			}
		}
		return s.Found.Kind == kind
	}
}

// gave holds for what a script got from a place, by how it begins.
func gave(place, beginning string) Is {
	return func(s Seen) bool {
		return s.Found.Kind == foundCaught && strings.HasPrefix(s.Found.Facts[place], beginning)
	}
}
