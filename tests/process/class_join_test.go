package process

import (
	"slices"
	"strings"
	"testing"
)

// C6: names of a class are short, show what they are, and are no markup on the board. Two that people take for one are
// told apart.
func TestNamesInAClass(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	student := lecturer.student("<b>Ada</b>")
	for _, name := range []string{"", " ", strings.Repeat("x", 25), strings.Repeat("x", 9000), "a\x00b", "a\nb", "a\u202eb", "a\u2066b", "a\u200bb", "\u0301", "a\u0301\u0302\u0303\u0304", "...", "👍"} {
		student.join(name, 422)
	}
	if page := lecturer.must(200, "GET", "/class", "").body; strings.Contains(page, "<b>Ada") || !strings.Contains(page, "&lt;b&gt;Ada&lt;/b&gt;") {
		t.Error("the name is markup on the board, or is not there")
	}
	for as, want := range map[string]string{strings.Repeat("x", 24): strings.Repeat("x", 24), "  Zoë   B. ": "Zoë B.", "Ada": "Ada"} {
		student.join(as, 204)
		if people := lecturer.people(); len(people) != 1 || people[0].Name != want {
			t.Errorf("%q: %v", as, people)
		}
	}
	student.join("Ada", 204)
	lecturer.student("ada")
	lecturer.student("ＡＤＡ")
	var names []string
	for _, p := range lecturer.people() {
		names = append(names, p.Name)
	}
	if len(names) != 3 || !slices.Contains(names, "Ada") || !slices.Contains(names, "ada 2") {
		t.Errorf("%q", names)
	}
	folded := map[string]bool{}
	for _, name := range names {
		folded[strings.ToLower(name)] = true
	}
	if len(folded) != 3 {
		t.Errorf("two are called the same: %q", names)
	}
}

// A name that a spreadsheet would run as a formula is text in the results.
func TestNamesInResultsAreNoFormulas(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	names := []string{"=1+1", "+1", "-1", "@x"}
	for _, name := range names {
		student := lecturer.student(name)
		student.beginLab("roles")
		student.must(200, "POST", "/api/labs/roles/leave", "")
	}
	rows := lecturer.results("")
	if len(rows) != 1+len(names) {
		t.Fatalf("%q", rows)
	}
	for i, row := range rows[1:] {
		if row[0] != "'"+names[i] || row[3] != "roles" {
			t.Errorf("%q is %q", names[i], row)
		}
	}
}

// A12: a word brings the seat of the one for whom it was made, once. Guesses are counted by where they come from, and after
// too many of them no word is taken from there.
func TestWordLetsSomebodyInAgain(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe := lecturer.student("Zoë")
	lecturer.student("Ada")
	id := ""
	for _, p := range lecturer.people() {
		if p.Name == "Zoë" {
			id = p.ID
		}
	}
	word := func() string {
		var told struct{ Word string }
		lecturer.must(200, "POST", "/api/class/people/"+id+"/word", "").into(t, &told)
		return `{"word":"` + told.Word + `"}`
	}
	replaced, good := word(), word()
	again := lecturer.other()
	again.must(403, "POST", "/api/class/rejoin", replaced)
	again.must(204, "POST", "/api/class/rejoin", good)
	if again.seat() != zoe.seat() {
		t.Error("the word brought another seat")
	}
	third := lecturer.other()
	third.must(403, "POST", "/api/class/rejoin", good)
	if len(lecturer.people()) != 2 {
		t.Errorf("%v", lecturer.people())
	}
	statuses := map[int]int{}
	for range 20 {
		statuses[third.call("POST", "/api/class/rejoin", `{"word":"wrong"}`).status]++
	}
	if statuses[403] == 0 || statuses[429] < 5 || statuses[204] > 0 {
		t.Errorf("guesses: %v", statuses)
	}
	third.must(429, "POST", "/api/class/rejoin", word())
}
