package lab_test

import (
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/labtest"
)

// What came true follows from the requests alone.
func TestOutcomeFollowsFromTheRequests(t *testing.T) {
	t.Parallel()
	const session, token = "GET /api/session/me ", "GET /api/token/me "
	last, all := lab.WhichDoorsLetYouIn(0, "Which?"), lab.WhichDoorsAlwaysLetYouIn(0, "Which?")
	first := lab.WhichPagesLetYouIn(0, "Which?", lab.Called)
	yes := lab.YesOrNo(0, "Will it?", "Yes", "No", lab.LastAllowed(lab.Called("token")))
	for _, test := range []struct {
		what   string
		of     *lab.Prediction
		wanted string
		h      []string
	}{
		{"the session was lost", last, lab.OnlyToken, []string{session + "200", token + "200", session + "401", token + "200"}},
		{"the token was refused", last, lab.OnlySession, []string{session + "401", token + "200", session + "200", token + "401"}},
		{"both kept", last, lab.BothDoors, []string{session + "200", token + "200"}},
		{"both lost", last, lab.NeitherDoor, []string{session + "503", token + "401"}},
		{"one door was not asked", last, "", []string{session + "200"}},
		{"one refusal of three", all, lab.OnlyToken, []string{session + "200", session + "401", session + "200", token + "200"}},
		{"at first", first, lab.OnlySession, []string{session + "200", token + "403", token + "200"}},
		{"yes", yes, lab.Yes, []string{token + "401", token + "200"}},
		{"no", yes, lab.No, []string{token + "200", token + "401"}},
		{"nobody can tell", yes, "", []string{session + "200"}},
	} {
		if got := test.of.Outcome(labtest.History(lab.Circumstances{}, test.h...)); got != test.wanted {
			t.Errorf("%s: %q, want %q", test.what, got, test.wanted)
		}
	}
}
