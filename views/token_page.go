package views

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/jwtinspect"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// AnyToken is what the token page shows: what was typed, and what was found out.
type AnyToken struct {
	Token, Shown      string // now, and when the page was shown before
	Kind, Key         string // to check the signature with
	Accept            string // the only algorithm to take, any when it is empty
	Header, Payload   string // to sign
	Algorithm         string
	SignKind, SignKey string
	FlipPart          string
	FlipAt            int

	Report  *jwtinspect.Report // nil when there is no token
	Flip    *Flip              // the character that was changed, nil when none was
	Signed  bool               // just now, with the key given
	Refused string             // why it cannot be signed
	Fault   string             // why the form was not read
	Trace   *trace.Trace       // where the token comes from, nil when it was pasted
}

// Flip is one changed character, and what each verdict was and is.
type Flip struct {
	Part          string // empty when there is no such character
	At            int
	Was, Is       string
	Before, After jwtinspect.Report
}

// Draft fills what is to be signed with what the token says, when it is another
// token than the one that was shown before.
func (p *AnyToken) Draft() {
	if p.Shown != p.Token || p.Header == "" {
		p.Header, p.Payload = pretty(p.Report.Header), pretty(p.Report.Payload)
		if alg := member(p.Report.Header, "alg"); slices.Contains(jwtinspect.Algorithms(), alg) {
			p.Algorithm = alg
		}
	}
	if p.SignKey == "" {
		p.SignKind, p.SignKey = p.Kind, p.Key
	}
}

func pretty(value jsontext.Value) string {
	if value.Kind() != '{' {
		return "{}"
	}
	shown := value.Clone()
	if shown.Indent(jsontext.WithIndent("  ")) != nil {
		return "{}"
	}
	return string(shown)
}

func member(object jsontext.Value, name string) string {
	var members map[string]any
	json.Unmarshal(object, &members)
	text, _ := members[name].(string)
	return text
}

// ruling is one verdict, as it is shown.
type ruling struct{ Tone, Word, Reason string }

func structureRuling(r *jwtinspect.Report) ruling {
	if r.Structure.Valid {
		return ruling{"good", "Well formed", r.Structure.Reason}
	}
	return ruling{"bad", "Not well formed", r.Structure.Reason}
}

func signatureRuling(r *jwtinspect.Report) ruling {
	switch s := r.Signature; {
	case s.Valid:
		return ruling{"good", "Signature valid", s.Reason}
	case r.Encrypted():
		return ruling{"open", "Nothing to verify", s.Reason}
	case s.Checked || !s.Present || refusedUnchecked(r):
		return ruling{"bad", "Signature invalid", s.Reason}
	default:
		return ruling{"open", "Not verified", s.Reason}
	}
}

// refusedUnchecked reports whether no key can make the signature right, as with the
// algorithm none.
func refusedUnchecked(r *jwtinspect.Report) bool {
	return slices.ContainsFunc(r.Findings, func(f jwtinspect.Finding) bool {
		return f.Concerns == "signature" && f.Severity == jwtinspect.Danger
	})
}

func policyRuling(r *jwtinspect.Report) ruling {
	switch p := r.Policy; {
	case p.Valid:
		return ruling{"good", "Valid now", p.Reason}
	case p.Checked:
		return ruling{"bad", "Not valid now", p.Reason}
	default:
		return ruling{"open", "No claims", p.Reason}
	}
}

func signRuling(p AnyToken) ruling {
	switch {
	case p.Refused != "":
		return ruling{"bad", "Not signed", Upper(p.Refused) + "."}
	case p.Signed:
		return ruling{"good", "Signed", "This is the token at the top now, " + p.Report.Signature.Algorithm + ", with " + p.Report.Signature.Key + "."}
	}
	return ruling{"open", "Not signed yet", "Change what it says, give a key of your own, and sign."}
}

// noticed says which verdicts a changed character turned.
func (f *Flip) noticed() string {
	var by []string
	if f.Before.Structure.Valid && !f.After.Structure.Valid {
		by = append(by, "the structure, as it is no token any more")
	}
	if f.Before.Signature.Valid && !f.After.Signature.Valid {
		by = append(by, "the signature")
	}
	if f.Before.Policy.Valid && !f.After.Policy.Valid {
		by = append(by, "the policy")
	}
	switch {
	case len(by) > 0:
		return "It is noticed by " + strings.Join(by, ", and by ") + "."
	case !f.After.Signature.Checked:
		return "Nothing notices it: what the token says is read just the same. Only the signature would tell, and there is no key to check it with. Give one, and change a character again."
	}
	return "No verdict turned: what was wrong before is wrong still."
}

// part returns what a report says of a part, nil when it has none.
func part(r *jwtinspect.Report, name string) *jwtinspect.Part {
	for n := range r.Parts {
		if r.Parts[n].Name == name {
			return &r.Parts[n]
		}
	}
	return nil
}

// readable shows a part: as JSON, or as the text that it decodes to.
func readable(value jsontext.Value, p *jwtinspect.Part) string {
	if value.Kind() == '{' {
		return spellOut(pretty(value), true)
	}
	if p.Decoded == "" {
		return "nothing"
	}
	return spellOut(p.Decoded, false)
}

// separator is what stands before a part.
func separator(p jwtinspect.Part) string {
	if p.Name == "disclosure" || p.Name == "key binding" {
		return "~"
	}
	return "."
}

// moment is one time of a token.
type moment struct {
	Name, Meaning string
	Seconds       int64
	Words         string
}

func moments(t jwtinspect.Times) []moment {
	var all []moment
	for _, m := range []struct {
		name, meaning string
		at            *int64
	}{{"iat", "issued", t.IssuedAt}, {"nbf", "valid from", t.NotBefore}, {"exp", "expires", t.Expires}} {
		if m.at != nil {
			all = append(all, moment{m.name, m.meaning, *m.at, when(*m.at, t.Now)})
		}
	}
	return all
}

func when(at, now int64) string {
	date := time.Unix(at, 0).UTC().Format("2 January 2006 15:04:05") + " UTC, "
	switch distance := at - now; {
	case distance == 0:
		return date + "now"
	case distance > 0:
		return date + "in " + spanned(distance)
	default:
		return date + spanned(-distance) + " ago"
	}
}

// spanned is duration for spans that no time.Duration holds.
func spanned(seconds int64) string {
	const year = 31556952
	if seconds < year {
		return tell.Span(time.Duration(seconds) * time.Second)
	}
	if days := seconds % year / 86400; days > 0 {
		return tell.Count(seconds/year, "year") + " " + tell.Count(days, "day")
	}
	return tell.Count(seconds/year, "year")
}

// timeLine places the times and now on a line from 0 to width.
func timeLine(t jwtinspect.Times, width int) []mark {
	marks := []mark{{Name: "now", seconds: t.Now}}
	for _, m := range moments(t) {
		marks = append(marks, mark{Name: m.Name, seconds: m.Seconds})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.seconds, b.seconds) })
	first, last := marks[0].seconds, marks[len(marks)-1].seconds
	for n := range marks {
		if last > first {
			marks[n].At = number(float64(marks[n].seconds-first) / float64(last-first) * float64(width))
		} else {
			marks[n].At = "0"
		}
	}
	return marks
}

type mark struct {
	Name, At string
	seconds  int64
}

// life is the piece of the line on which the token is valid.
func life(marks []mark) string {
	from, to := marks[0].At, ""
	for _, m := range marks {
		switch m.Name {
		case "iat", "nbf":
			from = m.At
		case "exp":
			to = m.At
		}
	}
	if to == "" {
		to = marks[len(marks)-1].At
	}
	return "M" + from + " 22H" + to
}

// cookieShare is how much of a cookie's room the token takes, at most all of it.
func cookieShare(bytes int) string { return strconv.Itoa(min(bytes*100/4096, 100)) }

func sizeInWords(bytes int) string {
	text := strconv.Itoa(bytes) + " bytes"
	if bytes > 4096 {
		return text + ", more than the 4096 that a browser takes for a cookie"
	}
	return text + ", " + strconv.Itoa(bytes*100/4096) + " % of the 4096 that a browser takes for a cookie"
}

func severityWord(s jwtinspect.Severity) string {
	return map[jwtinspect.Severity]string{jwtinspect.Danger: "Danger", jwtinspect.Warning: "Warning", jwtinspect.Note: "Note"}[s]
}

// where says at which place of a token something is.
func where(f jwtinspect.Finding) string {
	switch {
	case f.Part == "":
		return ""
	case f.Position > 0:
		return f.Part + ", character " + strconv.Itoa(f.Position)
	}
	return f.Part
}

// verdictsInWords is what a screen reader hears when the page changed.
func verdictsInWords(r *jwtinspect.Report) string {
	if r == nil {
		return ""
	}
	return structureRuling(r).Word + ". " + signatureRuling(r).Word + ". " + policyRuling(r).Word + ". " + tell.Count(int64(len(r.Findings)), "finding") + "."
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
