package jwtinspect

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/trace/tell"
)

// Shown is a part as it is shown to be read: as JSON, or as the text that it decodes to.
type Shown struct{ Name, Text string }

// Objects are the header and the payload, as far as the token has them.
func (r *Report) Objects() []Shown {
	var all []Shown
	for _, p := range r.Parts {
		switch p.Name {
		case headerPart:
			all = append(all, Shown{p.Name, readable(r.Header, p)})
		case payloadPart:
			all = append(all, Shown{p.Name, readable(r.Payload, p)})
		}
	}
	return all
}

func readable(value jsontext.Value, p Part) string {
	switch {
	case value.Kind() == '{':
		return tell.InertLines(Indented(value))
	case p.Decoded == "":
		return "nothing"
	}
	return tell.Inert(p.Decoded)
}

// Others are the parts that hold neither header nor payload.
func (r *Report) Others() []Part {
	var all []Part
	for _, p := range r.Parts {
		if p.Name != headerPart && p.Name != payloadPart && p.Name != "JSON" {
			all = append(all, p)
		}
	}
	return all
}

// Separator is what stands before a part.
func (p Part) Separator() string {
	if p.Name == "disclosure" || p.Name == "key binding" {
		return "~"
	}
	return "."
}

// Indented writes an object with one member a line; of anything else an empty one.
func Indented(value jsontext.Value) string {
	if value.Kind() != '{' {
		return "{}"
	}
	shown := value.Clone()
	if shown.Indent(jsontext.WithIndent("  ")) != nil {
		return "{}"
	}
	return string(shown)
}

// SignsWith is the algorithm that the header names, empty when it is none to sign with.
func (r *Report) SignsWith() string {
	var header map[string]any
	json.Unmarshal(r.Header, &header)
	if alg, _ := header["alg"].(string); slices.Contains(Algorithms(), alg) {
		return alg
	}
	return ""
}

// Place says where in a token a finding is.
func (f Finding) Place() string {
	if f.Position > 0 {
		return f.Part + ", character " + strconv.Itoa(f.Position)
	}
	return f.Part
}

// Word is how a severity is called.
func (s Severity) Word() string {
	return map[Severity]string{Danger: "Danger", Warning: "Warning", Note: "Note"}[s]
}

// cookieRoom is how many bytes a browser takes for a cookie (RFC 6265 §6.1).
const cookieRoom = 4096

// CookieShare is how much of a cookie's room the token takes, in percent.
func (r *Report) CookieShare() int { return r.Bytes * 100 / cookieRoom }

// Size says how large the token is, beside the room in a cookie.
func (r *Report) Size() string {
	text, room := strconv.Itoa(r.Bytes)+" bytes, ", strconv.Itoa(cookieRoom)+" that a browser takes for a cookie"
	if r.Bytes > cookieRoom {
		return text + "more than the " + room
	}
	return text + strconv.Itoa(r.CookieShare()) + " % of the " + room
}
