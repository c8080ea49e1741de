// Package doors is the pages of the two ways in: both side by side, login, sign-up, and
// the account behind each.
//
// Start reading at home.templ.
package doors

import "twodoors/web/trace"

// HomeData is what is known of both doors when the home page is made: what the
// request for it brought, and the newest of the seat's own traces.
type HomeData struct {
	SessionCookie string // as it may be shown, with its name; empty when the request brought none
	CookieBytes   int    // of its value

	Session, Token     *trace.Trace // the newest call of each door; nil when there is none
	SessionMe, TokenMe *trace.Trace // the newest that says how the seat stands with it: me, login, logout
}
