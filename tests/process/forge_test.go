package process

import (
	"slices"
	"testing"
)

// T2, T3, T4, T5, T6, T9, T13, R7: on servers of its own the experiment forges tokens in
// every way that the lab knows, for each algorithm, and a named step refuses each.
func TestWhatRefusesForgeries(t *testing.T) {
	t.Parallel()
	steps := map[string][]string{
		"payload": {"signature.verify"}, "signature-cut": {"token.decode"}, "none": {"algorithm.check"}, "none-spelled": {"algorithm.check"},
		"other-algorithm": {"algorithm.check"}, "doubled": {"token.decode"}, "public-key": {"algorithm.check", "key.select"},
		"jwk": {"signature.verify", "algorithm.check", "key.select"}, "jku": {"key.select", "algorithm.check"},
		"kid-path": {"key.select", "algorithm.check"}, "kid-sql": {"key.select", "algorithm.check"},
		"expired": {"claims.check"}, "audience": {"signature.verify"}, "refresh": {"token.decode"},
	}
	var f struct {
		Algorithms []string
		Forgeries  []struct {
			Algorithm, Kind, Refused, Fault string
			Status                          int
			Trace                           *struct{ Client string }
		}
		Cracked struct {
			Secret    string
			PerSecond float64 `json:"per_second"`
		}
		Guessed struct {
			Guesses int
			LetIn   int `json:"let_in"`
		}
	}
	experiment(t, &f, "forge")
	if len(f.Forgeries) != len(steps)*len(f.Algorithms) {
		t.Errorf("%d forgeries", len(f.Forgeries))
	}
	for _, one := range f.Forgeries {
		if one.Fault != "" && one.Algorithm == "HS256" && one.Kind == "public-key" {
			continue // there is no public key
		}
		if one.Status != 401 || one.Trace == nil || !slices.Contains(steps[one.Kind], one.Refused) {
			t.Errorf("%+v", one)
		}
	}
	if f.Cracked.Secret == "" || f.Cracked.PerSecond < 1000 || f.Guessed.Guesses < 10 || f.Guessed.LetIn != 0 {
		t.Errorf("%+v, %+v", f.Cracked, f.Guessed)
	}
}
