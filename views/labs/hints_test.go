package labs

import (
	"strings"
	"testing"
)

// While the lecturer holds it back, the answer is not in the page at all.
func TestHeldBackAnswerIsNotInThePage(t *testing.T) {
	t.Parallel()
	for _, held := range []bool{true, false} {
		var page strings.Builder
		if err := labHints(Lab{HoldsBack: held}, 0, 0, []string{"first", "second", "the whole answer"}).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		has := func(text string) bool { return strings.Contains(page.String(), text) }
		if !has("second") || has("the whole answer") == held || has("Your lecturer holds back the answer.") != held {
			t.Errorf("held back: %t, the page has %s", held, page.String())
		}
	}
}
