package theft

import "testing"

// What the thief gets is said door by door.
func TestSaysHowTheThiefFares(t *testing.T) {
	t.Parallel()
	at := func(status int) *tally { return &tally{Status: status} }
	for _, test := range []struct {
		session, token *tally
		want           string
	}{
		{at(200), at(200), "The thief is logged in as you at the session door and at the token door."},
		{at(401), at(200), "The thief is logged in as you at the token door. The session door refuses the thief: 401."},
		{nil, at(401), "The token door refuses the thief: 401."},
		{at(0), nil, "The session door did not answer the thief."},
	} {
		if got := says(test.session, test.token); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
