package layout

import "twodoors/web/seat"

// SeatNotice is what a page says when its visitor's browser does not bring the seat.
type SeatNotice struct {
	New    bool // the request brought none; whether the browser will is not known yet
	Lost   seat.Loss
	Secure bool // it came over HTTPS
}

// Text is what is wrong and what to do about it, empty when nothing is known to be
// wrong.
func (n SeatNotice) Text() string {
	cookie := "“" + seat.CookieName(n.Secure) + "”"
	switch n.Lost {
	case seat.Withheld:
		return "Your browser does not send our cookie " + cookie + " back, so we can neither show you your requests nor count them in a lab. " +
			"Allow cookies for this site, delete those that it has, as an old one may be in the way, and load this page again."
	case seat.Twice:
		return "Your browser sends two cookies called " + cookie + ", and we cannot tell which one is yours, so we can neither show you your requests " +
			"nor count them in a lab. Delete the cookies of this site and load this page again."
	}
	return ""
}
