package jwtinspect

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/token"
)

// Times are when a token was issued and when it is valid, and what that means now.
// A time that is missing, or that is none, is null.
type Times struct {
	State     string `json:"state"` // valid, expired, not-yet-valid, issued-later, no-expiry, unreadable, none
	Text      string `json:"text"`  // the same in a sentence
	Now       int64  `json:"now"`
	IssuedAt  *int64 `json:"iat"`
	NotBefore *int64 `json:"nbf"`
	Expires   *int64 `json:"exp"`
}

// longLife is from where on a lifetime is called long, in seconds.
const longLife = 3600

// likeLifetime is up to where an end looks like a duration: in seconds, some ten years. No
// token expired before 1980.
const likeLifetime = 10 * 365 * 86400

// lookAtTimes reads the times and compares them with the clock as the doors do: an
// end is exact, a beginning may lie a little ahead.
func (i *inspection) lookAtTimes() {
	i.Times.Now = i.now.Unix()
	readable := true
	for _, name := range timeClaims {
		value, there := i.payload.members[name]
		if !there {
			continue
		}
		seconds, code, needs := readTime(name, value)
		if code != "" {
			i.findAt(payloadPart, 0, code, needs...)
		}
		if seconds == nil {
			readable = false
		}
		*map[string]**int64{"iat": &i.Times.IssuedAt, "nbf": &i.Times.NotBefore, "exp": &i.Times.Expires}[name] = seconds
	}
	i.judgeTimes(readable)
	i.judgeLife()
}

func (i *inspection) judgeTimes(readable bool) {
	t := &i.Times
	left := func(seconds *int64) int64 { return *seconds - i.now.Unix() }
	ahead := i.now.Add(token.Leeway)
	if t.Expires != nil && !i.now.Before(time.Unix(*t.Expires, 0)) {
		i.state("expired", "Expired "+span(-left(t.Expires))+" ago.")
		i.findAt(payloadPart, 0, "expired", span(-left(t.Expires)))
	}
	if t.NotBefore != nil && ahead.Before(time.Unix(*t.NotBefore, 0)) {
		i.state("not-yet-valid", "Valid in "+span(left(t.NotBefore))+".")
		i.findAt(payloadPart, 0, "not-yet", span(left(t.NotBefore)))
	}
	if t.IssuedAt != nil && ahead.Before(time.Unix(*t.IssuedAt, 0)) {
		i.state("issued-later", "Issued "+span(left(t.IssuedAt))+" from now, according to the token.")
		i.findAt(payloadPart, 0, "issued-later", span(left(t.IssuedAt)))
	}
	switch {
	case !readable:
		i.state("unreadable", "One of its times cannot be read.")
	case t.Expires == nil && !i.rules.demands("exp"):
		i.state("no-expiry", "It has no expiry time, like all tokens of its kind: the receiver limits its age by its time of issue.")
	case t.Expires == nil:
		i.state("no-expiry", "Never expires.")
	default:
		i.state("valid", "Valid for another "+span(left(t.Expires))+".")
	}
}

// state keeps the first one that is told.
func (i *inspection) state(name, text string) {
	if i.Times.State == "" {
		i.Times.State, i.Times.Text = name, text
	}
}

func (i *inspection) judgeLife() {
	t := &i.Times
	if t.Expires == nil {
		return
	}
	begins := t.IssuedAt
	if begins == nil {
		begins = t.NotBefore
	}
	switch {
	case *t.Expires < likeLifetime && (begins == nil || *begins > *t.Expires):
		i.findAt(payloadPart, 0, "time-lifetime", span(*t.Expires))
	case begins != nil && *t.Expires <= *begins:
		i.findAt(payloadPart, 0, "order", "exp is not later than iat or nbf")
	case begins != nil && *t.Expires-*begins > longLife:
		i.findAt(payloadPart, 0, "long-life", span(*t.Expires-*begins))
	case begins == nil && *t.Expires-i.now.Unix() > longLife:
		i.findAt(payloadPart, 0, "long-life", span(*t.Expires-i.now.Unix())+" from now on")
	}
}

// lastDate is the last date that a token can name.
const lastDate = 253402300799 // 9999-12-31T23:59:59Z

// units are what people count in who do not count seconds, and from where on a number is
// taken for it.
var units = []struct {
	from float64
	name string
}{{1e17, "nanoseconds"}, {1e14, "microseconds"}, {1e11, "milliseconds"}}

// readTime reads a NumericDate (RFC 7519 section 2): seconds since 1970, a fraction
// cut off. It returns the code of what is wrong with it, if anything.
func readTime(name string, value jsontext.Value) (seconds *int64, code string, needs []any) {
	if value.Kind() != '0' {
		return nil, "time-no-number", []any{name}
	}
	exact, err := strconv.ParseFloat(string(value), 64)
	unit := ""
	for _, u := range units {
		if exact > u.from && unit == "" {
			unit = u.name
		}
	}
	switch {
	case err == nil && exact > lastDate && exact < 1e20:
		return nil, "time-no-date", []any{name + " (are these " + unit + "?)"}
	case err != nil || exact < 0 || exact > lastDate:
		return nil, "time-no-date", []any{name}
	}
	whole := int64(exact)
	if unit != "" {
		return &whole, "time-millis", []any{name, time.Unix(whole, 0).UTC().Year()}
	}
	return &whole, "", nil
}

// span says how long something lasts, to the two largest units.
func span(seconds int64) string {
	var said []string
	for _, unit := range []struct {
		name string
		size int64
	}{{"year", 31556952}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		n := seconds / unit.size
		seconds -= n * unit.size
		if n > 0 {
			said = append(said, plural(int(n), unit.name))
		}
		if len(said) == 2 || len(said) == 1 && n == 0 {
			break
		}
	}
	if len(said) == 0 {
		return "less than a second"
	}
	return strings.Join(said, " ")
}
