package jwtinspect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/trace/tell"
)

var (
	textClaims = []string{"iss", "sub", "jti"} // RFC 7519 section 4.1
	timeClaims = []string{"iat", "nbf", "exp"} // RFC 7519 section 4.1
	allClaims  = slices.Concat(textClaims, timeClaims, []string{"aud"})
)

// lookAtClaims finds what a payload says, and what it does not say.
func (i *inspection) lookAtClaims() {
	p := i.payload
	if p.members == nil {
		i.Times = Times{State: "none", Text: "There are no readable times.", Now: i.now.Unix()}
		return
	}
	i.lookAtNames(payloadPart, p, allClaims)
	for _, name := range textClaims {
		if value, there := p.members[name]; there && !isText(value) {
			i.findAt(payloadPart, 0, "claim-type", name, "text")
		}
	}
	i.lookAtTimes()
	i.lookAtIssuer()
	i.lookAtAudience()
	i.lookForMissing()
	i.lookForPersonalData()
}

func (i *inspection) lookAtIssuer() {
	if issuer := i.payload.text("iss"); i.expect.Issuer != "" && issuer != i.expect.Issuer {
		i.findAt(payloadPart, 0, "issuer-expected", orNone(issuer))
	}
	if fault := i.expect.Door.OtherRoom(i.payload.text("iss")); fault != nil {
		i.findAt(payloadPart, 0, "issuer-room", tell.Why(fault.Why, fault.Saw...))
	}
}

// lookAtAudience reads the audience: a text, or a list of texts (RFC 7519 section
// 4.1.3).
func (i *inspection) lookAtAudience() {
	value, there := i.payload.members["aud"]
	audience, ok := texts(value)
	switch {
	case there && !ok:
		i.findAt(payloadPart, 0, "claim-type", "aud", "a string or a list of strings")
	case i.expect.Audience != "" && !slices.Contains(audience, i.expect.Audience):
		i.findAt(payloadPart, 0, "aud-expected", orNone(strings.Join(audience, ", ")))
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return quoted(s)
}

// texts reads a text, or a list of texts.
func texts(value jsontext.Value) (list []string, ok bool) {
	in := jsontext.NewDecoder(strings.NewReader(string(value)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	first, err := in.ReadToken()
	switch {
	case err != nil:
		return nil, false
	case first.Kind() == '"':
		return []string{first.String()}, true
	case first.Kind() != '[':
		return nil, false
	}
	for in.PeekKind() == '"' {
		item, err := in.ReadToken()
		if err != nil {
			return nil, false
		}
		list = append(list, item.String())
	}
	return list, in.PeekKind() == ']'
}

// personal and secret are names of members that say what is in them.
var (
	personal = words(`name given_name family_name middle_name nickname email email_address mail phone phone_number mobile address
		street birthdate birthday date_of_birth dob gender sex religion nationality picture photo age salary iban`)
	secret = words(`password passwd pwd pass secret client_secret api_key apikey private_key pin ssn
		social_security_number credit_card card_number cvv refresh_token`)
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// lookForPersonalData goes through all members, at any depth.
func (i *inspection) lookForPersonalData() {
	var private, hidden []string
	in := jsontext.NewDecoder(strings.NewReader(string(i.payload.value)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for name := ""; ; {
		token, err := in.ReadToken()
		if err != nil {
			break
		}
		if token.Kind() != '"' {
			continue
		}
		if kind, length := in.StackIndex(in.StackDepth()); kind == '{' && length%2 == 1 {
			name = token.String()
			key := strings.ToLower(strings.ReplaceAll(name, "-", "_"))
			if personal[key] {
				private = append(private, name)
			}
			if secret[key] {
				hidden = append(hidden, name)
			}
		} else if looksLikeMail(token.String()) && !personal[strings.ToLower(name)] {
			private = append(private, "an address in "+name)
		}
	}
	if len(private) > 0 {
		i.findAt(payloadPart, 0, "personal-data", listed(private))
	}
	if len(hidden) > 0 {
		i.findAt(payloadPart, 0, "secret-inside", listed(hidden))
	}
}

func looksLikeMail(text string) bool {
	user, host, found := strings.Cut(text, "@")
	return found && user != "" && len(text) < 200 && strings.Contains(host, ".") && !strings.ContainsAny(text, " /:")
}

func listed(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	shown := make([]string, 0, 5)
	for _, name := range names[:min(len(names), 5)] {
		shown = append(shown, strings.Trim(quoted(name), `"`))
	}
	if len(names) > 5 {
		shown = append(shown, strconv.Itoa(len(names)-5)+" more")
	}
	return strings.Join(shown, ", ")
}

// lookAtSize compares the token with what carries it.
func (i *inspection) lookAtSize() {
	switch {
	case i.Bytes > 8<<10:
		i.find("too-large-header", i.Bytes)
	case i.Bytes > cookieRoom:
		i.find("too-large", i.Bytes)
	}
}
