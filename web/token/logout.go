package token

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// Logout ends the family of a refresh token, and with revocation on the access
// token as well. With revocation off there is nothing to forget: the client throws
// its access token away, and a copy that somebody else has stays good until it
// expires.
func (d *Door) Logout(r *http.Request, sent Sent) error {
	ctx := r.Context()
	if sent.Text != "" || sent.Conflict != nil {
		if err := d.endFamily(ctx, sent); err != nil {
			return err
		}
	}
	visitor, err := d.Authorize(r, door.AnyRole)
	if refusal, ok := errors.AsType[*door.Refusal](err); ok && refusal.Status == http.StatusUnauthorized && sent.Text != "" {
		return nil // the access token has expired, or was thrown away already
	}
	if err != nil {
		return err
	}
	if d.Rules().Revocation {
		if err := d.revoke(r); err != nil {
			return err
		}
	}
	slog.InfoContext(ctx, "logout", "door", door.Token, "username", visitor.Username)
	return nil
}

// endFamily ends the family of the refresh token, if it is one of ours.
func (d *Door) endFamily(ctx context.Context, sent Sent) error {
	found, err := d.findRefresh(ctx, sent)
	if err == errBadRefresh {
		return nil // nothing to end
	}
	if err != nil {
		return err
	}
	step := trace.Start(ctx, trace.FamilyRevoke).In(d.RefreshTokens.Where())
	if err := d.RefreshTokens.End(ctx, found.Family, d.Now()); err != nil {
		step.Refuse(trace.DatabaseUnwritable)
		return door.Failure("You are still logged in: the refresh token cannot be revoked right now.", err)
	}
	step.Pass(familyOf(found)...)
	slog.InfoContext(ctx, "logout", "door", door.Token, "username", found.Owner, "family", found.Family)
	return nil
}

// revoke puts the access token of a request that was let in on the list.
func (d *Door) revoke(r *http.Request) error {
	ctx := r.Context()
	step := trace.Start(ctx, trace.RevocationAdd).In(d.Revoked.Where())
	text, _ := presented(r)
	token, err := Decode(text)
	if err == nil {
		err = d.Revoked.Add(ctx, token.Claims.ID, token.Claims.Expires.Time(), d.Now())
	}
	if err != nil {
		step.Refuse(trace.DatabaseUnwritable)
		return door.Failure("You are still logged in: the token cannot be revoked right now.", err)
	}
	step.Pass()
	return nil
}
