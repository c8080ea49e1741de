package layout_test

import (
	"strings"
	"testing"

	"twodoors/views/layout"
)

// A token is shown as it travelled: in colours, and with nothing between its
// characters that was not there.
func TestTokenIsShownAsItTravelled(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := layout.JWT([]string{"eyJh", "eyJz", "6CQATm…"}).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.ContainsAny(strings.NewReplacer("<span class", "").Replace(text), " \n") || !strings.Contains(text, ">.</span>") {
		t.Errorf("%s", text)
	}
}
