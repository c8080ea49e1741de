package class

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// C6: names are short and plain, whatever somebody types.
func TestNamesAreReadable(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"Quail": "Quail", "  Ada   Lovelace ": "Ada Lovelace", "Zoë": "Zoë", "李雷": "李雷", "=SUM(1)": "=SUM(1)", "O'Neill": "O'Neill", "7": "7",
		"": "", "   ": "", "---": "", "a\u202eb": "", "a\u200bb": "", "a\x00b": "", "a\nb": "", "a\u0301\u0301\u0301\u0301": "", "😀": "",
		strings.Repeat("a", maxName): strings.Repeat("a", maxName), strings.Repeat("a", maxName+1): "", strings.Repeat("ä", 4*maxName): "",
	} {
		if name, err := readName(typed); name != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q (%v), want %q", typed, name, err, want)
		}
	}
}

func FuzzName(f *testing.F) {
	f.Add("Quail")
	f.Add("a\u0301\u0301 \u202e")
	f.Fuzz(func(t *testing.T, typed string) {
		name, err := readName(typed)
		if err != nil {
			return
		}
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, func(c rune) bool {
			return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Co, c)
		}) {
			t.Errorf("%q is read as %q", typed, name)
		}
		if again, err := readName(name); err != nil || again != name {
			t.Errorf("%q is read as %q, and that as %q (%v)", typed, name, again, err)
		}
	})
}

// Two of the same name are told apart, and each stays within the bound.
func TestSameNamesAreToldApart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxName)
	c := &Class{}
	for _, name := range []string{"Ada", "ADA", "ada", long, long} {
		p := &Person{ID: newID()}
		p.Name = c.distinct(name, p.ID)
		c.People = append(c.People, p)
	}
	got := []string{}
	for _, p := range c.People {
		got = append(got, p.Name)
	}
	if want := "Ada|ADA 2|ada 3|" + long + "|" + long[:maxName-2] + " 2"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
