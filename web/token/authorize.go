package token

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"twodoors/web/door"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Authorize lets the sender of a request in, or says which step refused. All
// that it needs came with the request, but for the key: nothing is looked up,
// unless revocation is on.
func (d *Door) Authorize(r *http.Request, need string) (door.Visitor, error) {
	ctx, rules := r.Context(), d.Rules()
	text, err := d.readBearer(r)
	if err != nil {
		return door.Visitor{}, err
	}
	token, err := d.decode(ctx, text, rules.Keys)
	if err != nil {
		return door.Visitor{}, err
	}
	if err := d.checkAlgorithm(ctx, token, rules.Keys); err != nil {
		return door.Visitor{}, err
	}
	if d.KeysAge != nil && d.KeysFresh > 0 {
		if err := d.checkFresh(ctx); err != nil {
			return door.Visitor{}, err
		}
	}
	key, err := d.selectKey(ctx, token, rules.Keys)
	if err != nil {
		return door.Visitor{}, err
	}
	if err := d.verifySignature(ctx, token, key); err != nil {
		return door.Visitor{}, err
	}
	visitor, err := d.checkClaims(ctx, token.Claims)
	if err != nil {
		return door.Visitor{}, err
	}
	if rules.Revocation {
		if err := d.checkRevocation(ctx, token.Claims); err != nil {
			return door.Visitor{}, err
		}
	}
	if err := door.CheckRole(ctx, visitor, need); err != nil {
		return door.Visitor{}, err
	}
	return visitor, nil
}

// readBearer takes the token from the header Authorization, and from nowhere
// else (RFC 6750 section 2.1).
func (d *Door) readBearer(r *http.Request) (text string, err error) {
	ctx := r.Context()
	step := trace.Start(ctx, trace.BearerRead)
	text, fault := presented(r)
	if fault != nil {
		step.Refuse(fault.why)
		return "", fault.refusal
	}
	trace.Present(ctx, trace.Credential{Kind: "bearer", Name: "Authorization", Shown: trace.ShowJWT(text), Bytes: len(text)})
	if len(text) > MaxLength {
		step.Refuse(trace.TokenTooLong, trace.Number("bytes", len(text)), trace.Number("most", MaxLength))
		return "", invalid("This token is too long for this site. Log in at the token door for a new one.")
	}
	step.Pass(trace.Number("bytes", len(text)))
	return text, nil
}

// decode takes the token apart. From here on it is in three parts of JSON and
// signature, none of which is believed yet.
func (d *Door) decode(ctx context.Context, text string, keys *Keys) (*Token, error) {
	step := trace.Next(ctx, trace.TokenDecode)
	token, fault := decode(text, keys.headers)
	if fault != nil {
		step.Refuse(fault.Why, fault.Saw...)
		return nil, invalid("This is not a well-formed token. Log in at the token door for a new one.")
	}
	step.Pass(trace.Number("signature_bytes", len(token.Signature)))
	return token, nil
}

// checkAlgorithm refuses what this door does not speak: "none", algorithms that
// no key of ours is for, other types of token, extensions that must be
// understood (RFC 8725 sections 3.1 and 3.11, RFC 7515 section 4.1.11).
func (d *Door) checkAlgorithm(ctx context.Context, token *Token, keys *Keys) error {
	step := trace.Next(ctx, trace.AlgorithmCheck)
	if fault := d.Issuer.explain(token, token.Header.fault(keys)); fault != nil {
		step.Refuse(fault.Why, fault.Saw...)
		return refused(fault, "This door does not issue tokens of this type or algorithm. Log in at the token door for a new one.")
	}
	step.Pass(trace.Text("algorithm", token.Header.Algorithm), trace.Text("type", token.Header.Type))
	return nil
}

// checkFresh lets nobody in by keys that may have been retired: who revokes a key has to know when that counts
// everywhere. The price is that a server that is cut off from the database refuses everybody after a while.
func (d *Door) checkFresh(ctx context.Context) error {
	step := trace.Next(ctx, trace.KeysFresh)
	age, limit := trace.Duration("age", d.KeysAge()), trace.Duration("limit", d.KeysFresh)
	if d.KeysAge() > d.KeysFresh {
		step.Refuse(trace.KeysStale, age, limit)
		return door.Failure("This server has not reached the database for a while, so it does not know whether the key of this token was retired.", nil)
	}
	step.Pass(age, limit)
	return nil
}

// selectKey finds the key that the token names among our own. The key decides
// how the signature is verified; what the token says has to agree with it.
func (d *Door) selectKey(ctx context.Context, token *Token, keys *Keys) (*Key, error) {
	step := trace.Next(ctx, trace.KeySelect)
	key := keys.ByID(token.Header.KeyID)
	switch {
	case key == nil:
		fault := d.Issuer.explain(token, wrong(trace.KeyUnknown, trace.Text("kid", token.Header.KeyID)))
		step.Refuse(fault.Why, fault.Saw...)
		return nil, refused(fault, "The key that signed this token is unknown here. Log in at the token door for a new one.")
	case key.Algorithm != token.Header.Algorithm:
		step.Refuse(trace.KeyAlgorithm, trace.Text("kid", key.ID), trace.Text("algorithm", key.Algorithm))
		return nil, invalid("The algorithm of this token does not match the key it names. Log in at the token door for a new one.")
	}
	step.Pass(trace.Text("kid", key.ID), trace.Text("algorithm", key.Algorithm), trace.Text("kept", key.kept))
	return key, nil
}

// verifySignature decides, before any claim is looked at, whether we signed this
// (RFC 7519 section 7.2).
func (d *Door) verifySignature(ctx context.Context, token *Token, key *Key) error {
	step := trace.Next(ctx, trace.SignatureVerify)
	if err := key.verify(token.Signed, token.Signature); err != nil {
		step.Refuse(trace.SignatureInvalid, trace.Text("kid", key.ID))
		return invalid("The signature of this token is invalid. Log in at the token door for a new one.")
	}
	step.Pass(trace.Text("kid", key.ID))
	return nil
}

// checkClaims decides whether what the token says holds here and now.
func (d *Door) checkClaims(ctx context.Context, claims Claims) (door.Visitor, error) {
	step := trace.Next(ctx, trace.ClaimsCheck)
	now := d.Now()
	if fault := claims.fault(d.Issuer, now); fault != nil {
		step.Refuse(fault.Why, fault.Saw...)
		return door.Visitor{}, refused(fault, "This token is not valid: "+tell.Why(fault.Why, fault.Saw...)+". Log in at the token door for a new one.")
	}
	id, err := strconv.ParseInt(claims.Subject, 10, 64)
	if err != nil {
		step.Refuse(trace.SubjectUnknown)
		return door.Visitor{}, invalid("This token does not belong to an account of this site. Log in at the token door for a new one.")
	}
	step.Pass(trace.Text("user", claims.Name), trace.Duration("left", claims.Expires.Time().Sub(now)))
	return door.Visitor{Door: door.Token, UserID: id, Username: claims.Name, Role: claims.Role}, nil
}

// refused refuses a token in a sentence, unless it comes from another room: then that is
// what its holder has to know.
func refused(fault *Fault, sentence string) *door.Refusal {
	if fault.Why != trace.IssuerOtherRoom {
		return invalid(sentence)
	}
	return invalid("This token is not valid in this room: " + tell.Why(fault.Why, fault.Saw...) + ". Log in at the token door of the room you are in.")
}

// checkRevocation asks the list of revoked tokens, by the token's id: its text can
// be spelled in several ways. A list that cannot be read lets nobody in.
func (d *Door) checkRevocation(ctx context.Context, claims Claims) error {
	step := trace.Next(ctx, trace.RevocationCheck).In(d.Revoked.Where())
	revoked, err := d.Revoked.Has(ctx, claims.ID)
	switch {
	case err != nil:
		step.Refuse(trace.RevocationUnavailable)
		return door.Failure("The revocation list cannot be read right now.", err)
	case revoked:
		step.Refuse(trace.TokenRevoked)
		return invalid("This token was revoked. Log in at the token door for a new one.")
	}
	step.Pass()
	return nil
}

type bearerFault struct {
	why     trace.Why
	refusal *door.Refusal
}

// presented returns the token that a request brings: the scheme Bearer, one blank or more,
// and the token (RFC 6750 section 2.1, RFC 9110 section 11.4). One in the query or in a
// second header makes it unclear which is meant.
func presented(r *http.Request) (string, *bearerFault) {
	headers := r.Header["Authorization"]
	elsewhere := strings.Contains(r.URL.RawQuery, "access_token=")
	switch {
	case len(headers) == 0:
		return "", &bearerFault{trace.BearerMissing, errNoToken}
	case len(headers) > 1 || elsewhere:
		return "", &bearerFault{trace.BearerTwice, errTwoTokens}
	}
	scheme, text := headers[0], ""
	if end := strings.IndexAny(scheme, " \t,"); end >= 0 {
		scheme, text = scheme[:end], strings.TrimLeft(scheme[end:], " ")
	}
	switch {
	case strings.EqualFold(scheme, "Bearer") && isOneToken(text):
		return text, nil
	case strings.EqualFold(scheme, "Bearer"):
		return "", &bearerFault{trace.BearerMalformed, errMalformed}
	case scheme == "":
		return "", &bearerFault{trace.BearerEmpty, errNoToken}
	case strings.IndexByte(scheme, '.') >= 0:
		return "", &bearerFault{trace.BearerWithoutScheme, errNoScheme}
	}
	return "", &bearerFault{trace.BearerOtherScheme, errOtherScheme}
}

func isOneToken(text string) bool {
	return text != "" && strings.IndexByte(text, ' ') < 0 && strings.IndexByte(text, '\t') < 0 && strings.IndexByte(text, ',') < 0
}

var (
	errNoToken = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.NoCredential,
		Detail: "This request has no token. Log in at the token door and send the token as Authorization: Bearer."}
	errNoScheme = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.NoCredential,
		Detail: "The scheme before the token is missing. Send the Authorization header as the word Bearer, a space, and the token."}
	errOtherScheme = &door.Refusal{Status: http.StatusUnauthorized, Kind: door.NoCredential,
		Detail: "The Authorization header does not use the scheme Bearer. Log in at the token door and send the token as Authorization: Bearer."}
	errTwoTokens = &door.Refusal{Status: http.StatusBadRequest, Kind: door.Malformed,
		Detail: "This request has more than one token. Send one, in a single Authorization header."}
	errMalformed = &door.Refusal{Status: http.StatusBadRequest, Kind: door.Malformed,
		Detail: "The Authorization header must be the word Bearer, a space, and one token."}
)
