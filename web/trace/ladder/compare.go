package ladder

import (
	"slices"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Pair is what two requests did for the same purpose. One of them is nil when only the other
// request had a step for it.
type Pair struct {
	Purpose string
	One     *Rung
	Other   *Rung
	Differs []string // in what, in words; empty when both saw the same
}

// Compare puts the steps of two requests side by side, each purpose in one row and every step in
// its request's order.
func Compare(one, other *trace.Trace) []Pair {
	left, right := Of(one), Of(other)
	common := shared(left, right)
	var pairs []Pair
	for len(left) > 0 || len(right) > 0 {
		switch {
		case len(common) == 0 || len(left) > 0 && tell.Purpose(left[0].Name) != common[0]:
			if len(left) == 0 {
				pairs, right = append(pairs, alone(nil, &right[0])), right[1:]
				continue
			}
			pairs, left = append(pairs, alone(&left[0], nil)), left[1:]
		case tell.Purpose(right[0].Name) != common[0]:
			pairs, right = append(pairs, alone(nil, &right[0])), right[1:]
		default:
			pairs = append(pairs, Pair{common[0], &left[0], &right[0], differences(left[0], right[0])})
			left, right, common = left[1:], right[1:], common[1:]
		}
	}
	return pairs
}

func alone(one, other *Rung) Pair {
	rung := one
	if rung == nil {
		rung = other
	}
	return Pair{tell.Purpose(rung.Name), one, other, []string{tell.OnlyHere}}
}

// shared is the longest sequence of purposes that both have, in both orders.
func shared(left, right []Rung) []string {
	length := make([][]int, len(left)+1)
	for i := range length {
		length[i] = make([]int, len(right)+1)
	}
	for i := len(left) - 1; i >= 0; i-- {
		for j := len(right) - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if samePurpose(left[i], right[j]) {
				length[i][j] = max(length[i][j], length[i+1][j+1]+1)
			}
		}
	}
	var purposes []string
	for i, j := 0, 0; i < len(left) && j < len(right); {
		switch {
		case samePurpose(left[i], right[j]) && length[i][j] == length[i+1][j+1]+1:
			purposes = append(purposes, tell.Purpose(left[i].Name))
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return purposes
}

func samePurpose(a, b Rung) bool { return tell.Purpose(a.Name) == tell.Purpose(b.Name) }

// passing are facts that no two requests share, as time goes on between them.
var passing = []string{"age", "idle", "left", "ago", "late", "early", "wait"}

// differences says in what two steps for one purpose differ.
func differences(one, other Rung) (in []string) {
	switch {
	case one.Reached != other.Reached || one.OK != other.OK:
		in = append(in, tell.DiffersOutcome)
	case one.Why != other.Why:
		in = append(in, tell.DiffersReason)
	}
	if one.Name != other.Name {
		return append(in, tell.DiffersStep)
	}
	if !one.Reached || !other.Reached {
		return in
	}
	if one.Where != other.Where {
		in = append(in, tell.DiffersPlace)
	}
	for _, fact := range slices.Concat(one.Facts, other.Facts) {
		said := tell.FactName(fact.Name)
		if one.Facts.Get(fact.Name) != other.Facts.Get(fact.Name) && !slices.Contains(passing, fact.Name) && !slices.Contains(in, said) {
			in = append(in, said)
		}
	}
	return in
}
