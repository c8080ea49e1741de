package token

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/trace"
)

// Claims are what a token of ours says (RFC 7519 section 4.1, RFC 9068 section
// 2.2). Members that we do not name are in Extra, and mean nothing here.
type Claims struct {
	Issuer    string                    `json:"iss"`
	Subject   string                    `json:"sub"` // the account's id
	Audience  AudienceList              `json:"aud"`
	ClientID  string                    `json:"client_id"`
	IssuedAt  NumericDate               `json:"iat"`
	NotBefore NumericDate               `json:"nbf,omitzero"`
	Expires   NumericDate               `json:"exp"`
	ID        string                    `json:"jti"`
	Name      string                    `json:"name"`
	Role      string                    `json:"role"`
	Extra     map[string]jsontext.Value `json:",unknown"`
}

var claimNames = []string{"iss", "sub", "aud", "client_id", "iat", "nbf", "exp", "jti", "name", "role"}

// fault says what of a header this door does not take, nil when it takes it.
func (h Header) fault(keys *Keys) *Fault {
	_, critical := h.Extra["crit"]
	_, unencoded := h.Extra["b64"]
	switch {
	case !keys.Use(h.Algorithm):
		return wrong(trace.AlgorithmUnknown, trace.Text("algorithm", h.Algorithm))
	case !strings.EqualFold(h.Type, Type) && !strings.EqualFold(h.Type, "application/"+Type):
		return wrong(trace.TypeWrong, trace.Text("type", h.Type), trace.Text("want", Type))
	case critical || unencoded:
		return wrong(trace.ExtensionUnknown)
	}
	return nil
}

// fault says which claim is not valid, nil when all are. A token is refused at the very
// second at which it expires.
func (c Claims) fault(issuer Issuer, now time.Time) *Fault {
	if fault := issuer.fault(c.Issuer, c.Audience); fault != nil {
		return fault
	}
	switch {
	case !c.Expires.Present:
		return wrong(trace.TokenNoExpiry)
	case !now.Before(c.Expires.Time()):
		return wrong(trace.TokenExpired, trace.Duration("late", now.Sub(c.Expires.Time())))
	case c.NotBefore.Present && now.Add(Leeway).Before(c.NotBefore.Time()):
		return wrong(trace.TokenNotYetValid, trace.Duration("early", c.NotBefore.Time().Sub(now)))
	case !c.IssuedAt.Present:
		return wrong(trace.TokenNoIssuedAt)
	case now.Add(Leeway).Before(c.IssuedAt.Time()):
		return wrong(trace.TokenFromFuture, trace.Duration("early", c.IssuedAt.Time().Sub(now)))
	case c.Subject == "" || c.Name == "" || c.Role == "" || c.ID == "":
		return wrong(trace.TokenNobody)
	}
	return nil
}

// NumericDate is a number of seconds since 1970, UTC (RFC 7519 section 2). A
// fraction is cut off; a date before 1970 or after the year 9999 is none.
type NumericDate struct {
	Seconds int64
	Present bool
}

const lastNumericDate = 253402300799 // 9999-12-31T23:59:59Z

// On returns the date of a time.
func On(t time.Time) NumericDate { return NumericDate{t.Unix(), true} }

// Time returns the date as a time.
func (n NumericDate) Time() time.Time { return time.Unix(n.Seconds, 0) }

// IsZero reports whether there is no date.
func (n NumericDate) IsZero() bool { return !n.Present }

// MarshalJSONTo writes the number.
func (n NumericDate) MarshalJSONTo(out *jsontext.Encoder) error {
	return out.WriteToken(jsontext.Int(n.Seconds))
}

// UnmarshalJSONFrom reads a JSON number, and nothing else.
func (n *NumericDate) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	value, err := in.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() != '0' {
		return errors.New("a date must be a number")
	}
	seconds, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		var exact float64
		if exact, err = strconv.ParseFloat(string(value), 64); err == nil && exact >= 0 && exact <= lastNumericDate {
			seconds = int64(exact)
		} else {
			seconds = -1
		}
	}
	if seconds < 0 || seconds > lastNumericDate {
		return errors.New("no such date")
	}
	*n = NumericDate{seconds, true}
	return nil
}

// AudienceList is for whom a token is: one name, or a list of names (RFC 7519
// section 4.1.3).
type AudienceList []string

// UnmarshalJSONFrom reads a text, or a list of texts.
func (a *AudienceList) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	first, err := in.ReadToken()
	if err != nil {
		return err
	}
	switch first.Kind() {
	case '"':
		*a = AudienceList{first.String()}
		return nil
	case '[':
		for in.PeekKind() == '"' {
			name, err := in.ReadToken()
			if err != nil {
				return err
			}
			*a = append(*a, name.String())
		}
		if end, err := in.ReadToken(); err != nil || end.Kind() != ']' {
			return errors.Join(err, errors.New("an audience must be text"))
		}
		return nil
	}
	return errors.New("an audience must be text or a list of texts")
}
