package inspector

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/views/token"
	"twodoors/web/httpio"
	"twodoors/web/jwtinspect"
	"twodoors/web/trace"
)

// tokenPage shows the page for any token: with the sample, or with what a trace holds of one.
func (i *Inspector) tokenPage(w http.ResponseWriter, r *http.Request) {
	p := sampleToken()
	if id := r.URL.Query().Get("trace"); id != "" {
		t := i.found(w, r, id)
		if t == nil {
			return
		}
		p = token.AnyToken{Trace: t}
		if t.Credential != nil && t.Credential.Kind == "bearer" {
			p.Token = t.Credential.Shown
		}
	}
	i.showToken(w, r, http.StatusOK, p)
}

// tokenForm does what the pressed button says with what was typed.
func (i *Inspector) tokenForm(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var p token.AnyToken
	if err := httpio.ReadForm(r); err != nil {
		fault, _ := errors.AsType[*httpio.Fault](err)
		p.Fault = fault.Detail
		i.showToken(w, r, fault.Status, p)
		return
	}
	p = typed(r.PostForm)
	do := r.PostForm.Get("do")
	switch do {
	case "sample":
		p = sampleToken()
	case "mend":
		p.Token = r.PostForm.Get("mended")
	case "inner":
		p.Token = r.PostForm.Get("inner")
	}
	done, err := i.begin(w, r, work(do, &p))
	if err != nil {
		problem := problemOf(err)
		p.Fault = problem.Detail
		w.Header().Set("Retry-After", httpio.Seconds(problem.RetryAfter))
		httpio.Page(w, r, problem.Status, token.Page(i.Page(r, "Token", "/inspector/token"), p))
		return
	}
	defer done()
	switch do {
	case "flip":
		p.Flip = i.flip(r, &p)
	case "key":
		p.SignKind, p.SignKey, p.Refused = newKey(p.Algorithm)
	case "sign":
		i.sign(&p)
		p.Shown = p.Token
	}
	i.showToken(w, r, http.StatusOK, p)
}

// work estimates for how long what a button says takes a processor.
func work(do string, p *token.AnyToken) time.Duration {
	once := jwtinspect.Work(bare(p.Token), jwtinspect.KeyOf(p.Kind, p.Key))
	switch do {
	case "flip": // a flipped signature is not right, and what was changed is searched for
		flipped, _, _ := jwtinspect.Flip(jwtinspect.Find(p.Token), p.FlipPart, p.FlipAt)
		return once + 2*jwtinspect.Work(flipped, jwtinspect.KeyOf(p.Kind, p.Key))
	case "sign":
		return jwtinspect.SignWork(draft(p), jwtinspect.KeyOf(p.SignKind, p.SignKey))
	}
	return once
}

func draft(p *token.AnyToken) jwtinspect.Draft {
	return jwtinspect.Draft{Header: jsontext.Value(p.Header), Payload: jsontext.Value(p.Payload), Algorithm: p.Algorithm}
}

// fillDraft fills what is to be signed with what the token says, when it is another
// token than the one that was shown before.
func fillDraft(p *token.AnyToken) {
	if p.Shown != p.Token || p.Header == "" {
		p.Header, p.Payload = jwtinspect.Indented(p.Report.Header), jwtinspect.Indented(p.Report.Payload)
		p.Algorithm = cmp.Or(p.Report.SignsWith(), p.Algorithm)
	}
	if p.SignKey == "" {
		p.SignKind, p.SignKey = p.Kind, p.Key
	}
}

// newKey makes a key for this one answer. It is nowhere else.
func newKey(alg string) (kind, text, refused string) {
	kind, text, err := jwtinspect.NewKey(alg)
	if err != nil {
		return "", "", err.Error()
	}
	return kind, text, ""
}

// The token of the article that this site started from, as it stands there.
const (
	sample = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" +
		".eyJpZCI6MTAwMSwibmFtZSI6IkdpcmlzaCBKYWp1Iiwid2Vic2l0ZSI6Im15Q2xvdWRUdXRvcmlhbHMuY29tIiwiaWF0IjoxNjI0NDg2MzUzfQ1" +
		".6CQATmjLPlDx41mSGXAJ9CHZu0XRV6T0J6b79r8BYvg"
	sampleSecret = "MyCloudTutorials.com"
)

func sampleToken() token.AnyToken {
	return token.AnyToken{Token: sample, Key: sampleSecret, Which: "sample"}
}

func typed(form url.Values) token.AnyToken {
	at, _ := strconv.Atoi(form.Get("at"))
	return token.AnyToken{
		Token: form.Get("token"), Shown: form.Get("shown"), Kind: form.Get("kind"), Key: form.Get("key"), Accept: form.Get("accept"),
		Header: form.Get("header"), Payload: form.Get("payload"),
		Algorithm: form.Get("alg"), SignKind: form.Get("sign_kind"), SignKey: form.Get("sign_key"),
		FlipPart: form.Get("part"), FlipAt: at,
	}
}

// flip changes one character, and tells which verdict turned.
func (i *Inspector) flip(r *http.Request, p *token.AnyToken) *token.Flip {
	before := i.look(r, p.Token, p)
	changed, was, is := jwtinspect.Flip(jwtinspect.Find(p.Token), p.FlipPart, p.FlipAt)
	if was == "" {
		return &token.Flip{}
	}
	p.Token = changed
	after := i.look(r, changed, p)
	return &token.Flip{Part: p.FlipPart, At: p.FlipAt, Was: was, Is: is, Noticed: jwtinspect.Noticed(&before, &after)}
}

// sign makes the token that was drafted, and looks at it with the key that signed.
func (i *Inspector) sign(p *token.AnyToken) {
	text, err := jwtinspect.Sign(draft(p), jwtinspect.KeyOf(p.SignKind, p.SignKey))
	if err != nil {
		p.Refused = err.Error()
		return
	}
	p.Token, p.Kind, p.Key, p.Accept, p.Signed = text, p.SignKind, p.SignKey, "", true
}

func (i *Inspector) look(r *http.Request, text string, p *token.AnyToken) jwtinspect.Report {
	expect := jwtinspect.Expectations{Door: i.door(r)}
	if p.Accept != "" {
		expect.Algorithms = []string{p.Accept}
	}
	return jwtinspect.Inspect(bare(text), jwtinspect.KeyOf(p.Kind, p.Key), expect, i.now())
}

// showToken inspects what there is, and shows it.
func (i *Inspector) showToken(w http.ResponseWriter, r *http.Request, status int, p token.AnyToken) {
	if bare(p.Token) != "" {
		report := i.look(r, p.Token, &p)
		p.Report = &report
		fillDraft(&p)
	}
	httpio.Page(w, r, status, token.Page(i.Page(r, "Token", "/inspector/token"), p))
}

// bare takes off the white space that comes with pasting.
func bare(text string) string { return strings.TrimSpace(text) }
