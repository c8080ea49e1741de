package storage

import (
	"fmt"
	"testing"

	"twodoors/web/lab"
)

// What a foreign site sent counts for the practice cookie that was set last before it, when the browser says that it
// comes from another site.
func TestForeignRequestsCountForTheirCookie(t *testing.T) {
	t.Parallel()
	cookie := func(same string) lab.Found { return setCookie.Found("reach", "http_only", "same_site", same) }
	visit := func(practice, from string) lab.Found {
		return arrived.Found("by", "visit", "practice", practice, "fetch_site", from, "origin", "not said")
	}
	for _, test := range []struct {
		what string
		done bool
		all  []lab.Found
	}{
		{"with the cookie", true, []lab.Found{cookie("lax"), visit("with", "cross-site")}},
		{"without it", false, []lab.Found{cookie("lax"), visit("without", "cross-site")}},
		{"with one from before", false, []lab.Found{cookie("lax"), visit("before", "cross-site")}},
		{"by this site", false, []lab.Found{cookie("lax"), visit("with", "same-origin")}},
		{"before the cookie was set", false, []lab.Found{visit("with", "cross-site"), cookie("lax")}},
		{"when another was set", false, []lab.Found{cookie("lax"), cookie("strict"), visit("with", "cross-site")}},
		{"when it was set again", true, []lab.Found{cookie("lax"), cookie("strict"), cookie("lax"), visit("with", "cross-site")}},
	} {
		var h lab.History
		for i, found := range test.all {
			h = append(h, lab.Seen{Trace: fmt.Sprint(i), Found: found})
		}
		if got := afterCookie("lax", cameWith("visit"))(h) != nil; got != test.done {
			t.Errorf("%s: done is %t", test.what, got)
		}
	}
}
