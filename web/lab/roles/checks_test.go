package roles_test

import (
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/labtest"
	"twodoors/web/lab/roles"
)

// A demotion counts when the old token was allowed after it, and only then.
func TestRolesTasks(t *testing.T) {
	t.Parallel()
	done := roles.Lab().Tasks[3].Done
	const session, token = "GET /api/session/admin", "GET /api/token/admin"
	const change, refresh = "POST /api/account/role", "POST /api/token/refresh"
	before := []string{change + " 204 1 1 g", session + " 200 1 1 a", change + " 204 1 1 g"}
	after := []string{session + " 403 1 1 a role.check", token + " 200 1 1 t", change + " 403 1 1 t role.change"}
	anything := lab.Circumstances{}
	if done(labtest.History(anything, append(before, after...)...)) == nil {
		t.Error("a demotion does not count")
	}
	if done(labtest.History(anything, append(before[:1:1], after...)...)) != nil {
		t.Error("an account that never was an administrator was demoted")
	}
	if done(labtest.History(anything, append(append(before[:3:3], refresh+" 200 1 1 r"), after...)...)) != nil {
		t.Error("a refreshed token is taken for the old one")
	}
	byGrace := labtest.History(anything, append(before, after...)...)
	byGrace[4].User = "grace"
	if done(byGrace) != nil {
		t.Error("grace's token counts as the demoted account's")
	}
}
