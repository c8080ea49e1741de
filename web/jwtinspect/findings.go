package jwtinspect

import (
	"cmp"
	"fmt"
	"slices"
)

// Finding is one thing that is worth knowing about a token.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`
	Source   string   `json:"source"`            // which standard says so, and where
	Concerns Concern  `json:"concerns"`          // which verdict it is about
	Part     string   `json:"part,omitempty"`    // where it is
	Position int      `json:"position,omitzero"` // the character of that part, from 1
}

// Severity is how much a finding matters.
type Severity string

const (
	Danger  Severity = "danger"  // whoever accepts this is open to attack, or nobody should accept it
	Warning Severity = "warning" // better otherwise
	Note    Severity = "info"    // good to know
)

// Concern is which verdict a finding is about. One that is a danger to a verdict
// turns it; advice turns none.
type Concern string

const (
	concernsStructure Concern = "structure"
	concernsSignature Concern = "signature"
	concernsPolicy    Concern = "policy"
	advice            Concern = "advice"
)

type findingKind struct {
	severity Severity
	concerns Concern
	source   string // empty: the standard of the token's kind
	text     string // with what was found put in
}

// find notes a finding of the catalogue, with what its text needs.
func (i *inspection) find(code string, needs ...any) { i.findAt("", 0, code, needs...) }

// findAt notes a finding at a character of a part.
func (i *inspection) findAt(part string, position int, code string, needs ...any) {
	if len(i.Findings) == maxFindings-1 {
		code, needs, part, position = "more-findings", nil, "", 0
	}
	k := catalogue[code]
	text := k.text
	if len(needs) > 0 {
		text = fmt.Sprintf(text, needs...)
	}
	source := k.source
	if source == "" && code != "more-findings" {
		source = i.Kind.Source
	}
	f := Finding{code, k.severity, text, source, k.concerns, part, position}
	if len(i.Findings) < maxFindings && !slices.Contains(i.Findings, f) {
		i.Findings = append(i.Findings, f)
	}
}

// found reports whether a code is among the findings.
func (i *inspection) found(code string) bool { return i.firstOf(code) != nil }

func (i *inspection) firstOf(code string) *Finding {
	for n := range i.Findings {
		if i.Findings[n].Code == code {
			return &i.Findings[n]
		}
	}
	return nil
}

// worst is the first danger to a verdict, nil when there is none.
func (i *inspection) worst(to Concern) *Finding {
	for n, f := range i.Findings {
		if f.Concerns == to && f.Severity == Danger {
			return &i.Findings[n]
		}
	}
	return nil
}

// sortFindings puts what matters first, and leaves the rest as it was found.
func (i *inspection) sortFindings() {
	severities := []Severity{Danger, Warning, Note}
	concerns := []Concern{concernsStructure, concernsSignature, concernsPolicy, advice}
	rank := func(f Finding) int {
		return slices.Index(severities, f.Severity)*len(concerns) + slices.Index(concerns, f.Concerns)
	}
	slices.SortStableFunc(i.Findings, func(a, b Finding) int { return cmp.Compare(rank(a), rank(b)) })
}
