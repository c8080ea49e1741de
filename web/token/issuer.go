package token

import (
	"slices"
	"strings"

	"twodoors/web/trace"
)

// Issuer is which room issues tokens, of which site (RFC 9068 section 2.2). Both are
// names and not addresses, so that a token stays good when the site moves to another port.
type Issuer struct {
	Name     string // as tokens have it in iss
	Audience string // for whom its tokens are, as they have it in aud

	site string // what the issuers of all rooms of the site begin with
}

// IssuerOf returns the issuer of a room of a site. The audience is the room's application,
// which is another party than who issues, though one server is both here.
func IssuerOf(site, room string) Issuer {
	i := Issuer{site: "urn:twodoors:" + site + ":"}
	i.Name = i.site + room
	i.Audience = i.Name + ":app"
	return i
}

// fault says why tokens of an issuer, for an audience, are not for this door, nil when they
// are.
func (i Issuer) fault(issuer string, audience []string) *Fault {
	if issuer == i.Name {
		if !slices.Contains(audience, i.Audience) {
			return wrong(trace.AudienceOther)
		}
		return nil
	}
	if fault := i.OtherRoom(issuer); fault != nil {
		return fault
	}
	return wrong(trace.IssuerOther)
}

// explain returns why a token is refused: for its own fault or, where a room of this site
// with other keys would have taken it, because it comes from there. What a token that
// nobody verified says of itself explains a refusal, and never opens anything.
func (i Issuer) explain(token *Token, fault *Fault) *Fault {
	if fault == nil || fault.Why != trace.AlgorithmUnknown && fault.Why != trace.KeyUnknown {
		return fault
	}
	if _, issued := algorithms[token.Header.Algorithm]; issued {
		if other := i.OtherRoom(token.Claims.Issuer); other != nil {
			return other
		}
	}
	return fault
}

// OtherRoom is the fault of a token that says that it was issued in another room of this
// site, nil of any other. Nobody's issuer knows of no rooms.
func (i Issuer) OtherRoom(issuer string) *Fault {
	room, ours := strings.CutPrefix(issuer, i.site)
	if i.site == "" || !ours || issuer == i.Name || !isRoomName(room) {
		return nil
	}
	return wrong(trace.IssuerOtherRoom, trace.Text("room", room))
}

// isRoomName reports whether a text can be the name of a room: lower-case letters and
// digits, few of them.
func isRoomName(text string) bool {
	foreign := func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }
	return text != "" && len(text) <= 16 && !strings.ContainsFunc(text, foreign)
}
