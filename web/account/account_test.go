package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"twodoors/data"
)

// nobody is a table without accounts.
type nobody struct{}

func (nobody) Where() string { return "nowhere" }
func (nobody) ByName(context.Context, string) (data.User, string, error) {
	return data.User{}, "", data.ErrNotFound
}
func (nobody) Create(context.Context, string, string, string, string, time.Time) (data.User, error) {
	return data.User{}, data.ErrTaken
}
func (nobody) SetPassword(context.Context, data.User, string, time.Time) (data.User, error) {
	return data.User{}, data.ErrChanged
}
func (nobody) SetRole(context.Context, string, string, string) (data.User, error) {
	return data.User{}, data.ErrNotAdmin
}
func (nobody) Count(context.Context) (int, error)                              { return 0, nil }
func (nobody) CreateFirst(context.Context, []data.NewAccount, time.Time) error { return data.ErrTaken }

// L3: what may be a password; nothing is cut off.
func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for password, good := range map[string]bool{
		"quiet evening": true, "        x": true, strings.Repeat("ü", 128): true, strings.Repeat("ü", 129): false, "ééééééé": false,
		"雪が降っている夜": true, "password": false, "PassWord": false, "12345678": false, "adalovelace": false, "AdaLovelace": false, "a\xffbcdefgh": false, "": false,
	} {
		if fault := weakness(password, "AdaLovelace"); (fault == "") != good {
			t.Errorf("%q: %q", password, fault)
		}
	}
	long := strings.Repeat("a", 100)
	h := hasher{boundless}
	hash, err := h.hash(long)
	if err != nil {
		t.Fatal(err)
	}
	for password, same := range map[string]bool{long: true, long + "b": false, long[:99]: false} {
		if match, err := h.matches(password, hash, true); err != nil || match != same {
			t.Errorf("%d characters: %t %v", len(password), match, err)
		}
	}
	if match, err := h.matches(long, hash, false); err != nil || match {
		t.Errorf("an unknown name matches: %t %v", match, err)
	}
}

// L7, C6: names that people cannot tell apart are one, and none can hide anything.
func TestNamesFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{{"ada", "ADA"}, {"ada", "ａｄａ"}, {"émile", "E\u0301mile"}} {
		if fold(same[0]) != fold(same[1]) {
			t.Errorf("%q and %q are two", same[0], same[1])
		}
	}
	for _, name := range []string{"", " ", "a b", "a\nb", "a\x00", "\u202eada", "a\u200bb", "a\ufeff", "<b>", "a\u2028", "\xff", strings.Repeat("a", 33), strings.Repeat("a", 1<<20)} {
		if nameFault(name) == "" {
			t.Errorf("%.40q is taken", name)
		}
	}
}
