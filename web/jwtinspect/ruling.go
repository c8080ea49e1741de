package jwtinspect

import (
	"slices"
	"strings"

	"twodoors/web/trace/tell"
)

// Ruling is one verdict in words: good, bad, or open when nobody can tell.
type Ruling struct{ Tone, Word, Reason string }

// WellFormed rules on the structure.
func (r *Report) WellFormed() Ruling {
	if r.Structure.Valid {
		return Ruling{"good", "Well formed", r.Structure.Reason}
	}
	return Ruling{"bad", "Not well formed", r.Structure.Reason}
}

// Verified rules on the signature.
func (r *Report) Verified() Ruling {
	switch s := r.Signature; {
	case s.Valid:
		return Ruling{"good", "Signature valid", s.Reason}
	case r.Encrypted():
		return Ruling{"open", "Nothing to verify", s.Reason}
	case s.Checked || !s.Present || r.refusedUnchecked():
		return Ruling{"bad", "Signature invalid", s.Reason}
	default:
		return Ruling{"open", "Not verified", s.Reason}
	}
}

// refusedUnchecked reports whether no key can make the signature right, as with the
// algorithm none.
func (r *Report) refusedUnchecked() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Concerns == concernsSignature && f.Severity == Danger
	})
}

// ValidNow rules on what the token says about itself.
func (r *Report) ValidNow() Ruling {
	switch p := r.Policy; {
	case p.Valid:
		return Ruling{"good", "Valid now", p.Reason}
	case p.Checked:
		return Ruling{"bad", "Not valid now", p.Reason}
	default:
		return Ruling{"open", "No claims", p.Reason}
	}
}

// InWords is the three verdicts in a breath, and how much was found.
func (r *Report) InWords() string {
	return r.WellFormed().Word + ". " + r.Verified().Word + ". " + r.ValidNow().Word + ". " + tell.Count(int64(len(r.Findings)), "finding") + "."
}

// Noticed says which verdicts a changed character turned.
func Noticed(before, after *Report) string {
	var by []string
	if before.Structure.Valid && !after.Structure.Valid {
		by = append(by, "the structure, because it is no longer a token")
	}
	if before.Signature.Valid && !after.Signature.Valid {
		by = append(by, "the signature")
	}
	if before.Policy.Valid && !after.Policy.Valid {
		by = append(by, "the policy")
	}
	switch {
	case len(by) > 0:
		return "It is noticed by " + strings.Join(by, ", and by ") + "."
	case !after.Signature.Checked:
		return "Nothing notices it: the token reads just the same. Only the signature would show the change, and there is no key to verify it. Give one, and change a character again."
	}
	return "No verdict changed: what was wrong before is still wrong."
}
