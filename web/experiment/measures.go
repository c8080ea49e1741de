package experiment

import "context"

// measure is a countermeasure against a thief: a column of the table.
type measure struct {
	Heading
	brief bool // everybody's credentials are as short-lived as the stolen ones
	take  func(context.Context, *fixture) error
}

func measures() []measure {
	return []measure{
		{Heading: Heading{Name: "logout", Title: "Log out"}, take: logOut},
		{Heading: Heading{Name: "everywhere", Title: "End all sessions"}, take: func(ctx context.Context, t *fixture) error {
			_, err := t.robbed.session.Must(ctx, "POST", "/api/session/logout", map[string]bool{"everywhere": true}, nil)
			return err
		}},
		{Heading: Heading{Name: "password", Title: "Change the password"}, take: func(ctx context.Context, t *fixture) error {
			before, after := t.robbed.password, t.robbed.password+"+"
			t.robbed.password, t.device.password = after, after
			_, err := t.robbed.session.Must(ctx, "POST", "/api/account/password", map[string]string{"old": before, "new": after}, nil)
			return err
		}},
		{Heading: Heading{Name: "revocation", Title: "Revocation on, log out"}, take: func(ctx context.Context, t *fixture) error {
			if err := t.admin.Set(ctx, Settings{"revocation": "on"}); err != nil {
				return err
			}
			return logOut(ctx, t)
		}},
		{Heading: Heading{Name: "key", Title: "Retire the signing key"}, take: func(ctx context.Context, t *fixture) error {
			_, err := t.admin.Must(ctx, "POST", "/api/keys/rotate", map[string]bool{"retire": true}, nil)
			return err
		}},
		{Heading: Heading{Name: "expiry", Title: "Wait until it expires"}, brief: true, take: func(context.Context, *fixture) error { return nil }},
	}
}

// logOut has the victim log out at both doors.
func logOut(ctx context.Context, t *fixture) error {
	if _, err := t.robbed.session.Must(ctx, "POST", "/api/session/logout", nil, nil); err != nil {
		return err
	}
	_, err := t.robbed.token.Must(ctx, "POST", "/api/token/logout", nil, nil)
	return err
}
