package jwtinspect

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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

type kind struct {
	severity Severity
	concerns Concern
	source   string
	text     string // with what was found put in
}

// catalogue is everything that can be found.
var catalogue = map[string]kind{
	// What it is made of.
	"empty":              {Danger, concernsStructure, "RFC 7519 section 7.2", "There is nothing here. Paste a token."},
	"surroundings":       {Danger, concernsStructure, "RFC 7515 section 7.1", "Around the token stands %s, which is no part of it. It is left out below."},
	"white-space":        {Danger, concernsStructure, "RFC 7515 section 7.1", "Character %d of the %s is %s: white space stands within the token, which was wrapped or copied from several lines. It is left out below."},
	"json-serialization": {Danger, concernsStructure, "RFC 7515 section 7.2, RFC 7519 section 1", "This is a JWS in JSON serialization. A JWT is in compact serialization: three parts joined by periods."},
	"jwe":                {Danger, concernsStructure, "RFC 7516 section 3.1", "This is a JWE: five parts, its content is encrypted. It can be read with its key only, and this page checks signatures."},
	"parts-missing":      {Danger, concernsStructure, "RFC 7515 section 7.1", "It has %s instead of three: it was cut off, or it is no JWT."},
	"parts-too-many":     {Danger, concernsStructure, "RFC 7515 section 7.1", "It has %s instead of three."},
	"part-empty":         {Danger, concernsStructure, "RFC 7515 section 5.2", "The %s is empty."},
	"base64-alphabet":    {Danger, concernsStructure, "RFC 7515 section 2, RFC 4648 section 5", "Character %d of the %s is %s, which base64url does not have."},
	"base64-padding":     {Danger, concernsStructure, "RFC 7515 section 2", "Character %d of the %s is padding (=). A token has none."},
	"base64-standard":    {Danger, concernsStructure, "RFC 4648 section 5", "Character %d of the %s is %s, of plain base64. A token uses - and _ instead of + and /."},
	"base64-length":      {Danger, concernsStructure, "RFC 4648 section 4", "The %s has %d characters, which no encoding ends with: one is missing or one is too many."},
	"base64-bits":        {Danger, concernsStructure, "RFC 4648 section 3.5", "Character %d of the %s, the last one, has bits that nothing uses and that are not zero: it was changed, added or cut off. Other texts would decode to the same bytes, so strict readers refuse it."},
	"one-too-many":       {Warning, concernsStructure, "RFC 4648 section 3.5", "Without its last character the %s is whole: canonical base64url and one JSON object. That character looks like one too many."},
	"signature-cut":      {Danger, concernsStructure, "RFC 7515 section 5.2", "The signature was cut after %d characters, as traces cut it so that nobody can use the token. It cannot be checked; header and payload can be read."},
	"not-json":           {Danger, concernsStructure, "RFC 7519 section 7.2", "The %s is no JSON object: it breaks at byte %d of what it decodes to, character %d of the part."},
	"not-object":         {Danger, concernsStructure, "RFC 7519 section 7.2", "The %s decodes to something that does not begin as a JSON object does, with {."},
	"utf8":               {Danger, concernsStructure, "RFC 8725 section 3.7", "The %s has bytes that are not UTF-8, from byte %d on. Readers replace them differently."},
	"json-depth":         {Danger, concernsStructure, "RFC 8259 section 9", "The %s nests JSON deeper than %d. It is not read any further."},
	"doubled-member":     {Danger, concernsStructure, "RFC 7515 section 4, RFC 7519 section 4", "A member of the %s stands twice, at byte %d. Some readers take the first, others the last: they read different tokens."},
	"case-member":        {Danger, concernsStructure, "RFC 7515 section 4", "The member %s of the %s differs from another one, or from a registered one, in case only. Readers that do not mind case take it for that one."},
	"header-type":        {Danger, concernsStructure, "RFC 7515 section 4.1", "The member %s of the header is not text, as it has to be."},

	// How it is signed.
	"alg-none":        {Danger, concernsSignature, "RFC 8725 section 3.1", "The algorithm is %s: the token is not signed at all, anybody could have written it. Never accept it."},
	"alg-missing":     {Danger, concernsSignature, "RFC 7515 section 4.1.1", "The header names no algorithm (alg)."},
	"alg-case":        {Danger, concernsSignature, "RFC 7515 section 4.1.1", "The algorithm is written %s. Names are case-sensitive: it must be refused, not guessed."},
	"alg-unknown":     {Danger, concernsSignature, "RFC 7518 section 3.1", "The algorithm %s is not one that signs JWTs here."},
	"alg-encryption":  {Danger, concernsSignature, "RFC 7518 section 4.1", "The algorithm %s encrypts keys. It does not sign."},
	"alg-unexpected":  {Danger, concernsSignature, "RFC 8725 section 3.1", "The algorithm is %s, which is not among the expected: %s."},
	"alg-key":         {Danger, concernsSignature, "RFC 8725 sections 2.1 and 3.1", "The token says %s, but the key is %s. The key decides, so this is refused; whoever lets the token choose can be deceived with forged tokens."},
	"alg-open":        {Note, advice, "RFC 8725 section 3.1", "This key fits several algorithms (%s). Tell the verifier which single one you use."},
	"forged":          {Danger, concernsSignature, "RFC 8725 section 2.1", "This is a forgery: it was signed by %s with the public key as if that were the secret. Verifiers that let the token choose the algorithm accept it."},
	"crit":            {Danger, concernsSignature, "RFC 7515 section 4.1.11", "The header says that an extension must be understood (crit). Whoever does not know it has to refuse the token, as is done here."},
	"b64":             {Danger, concernsSignature, "RFC 7797 section 7", "The header says how the payload is spelled (b64). Payloads of JWTs are always base64url: refused."},
	"key-embedded":    {Danger, advice, "RFC 8725 section 3.10, RFC 7515 section 4.1.3", "The header brings a key along (%s). Anybody can sign with a key of their own and send it along: it proves nothing, and it is not used here."},
	"key-remote":      {Danger, advice, "RFC 8725 section 3.10", "The header names an address to fetch a key from (%s). Whoever follows it takes the attacker's key, or knocks at inner addresses. Nothing is fetched here."},
	"kid-hostile":     {Danger, advice, "RFC 8725 section 3.10", "The key id (kid) looks like %s. Never put it into a path, a query or a command unchecked."},
	"kid-long":        {Warning, advice, "RFC 8725 section 3.10", "The key id (kid) has %d characters. It is input from strangers: bound it."},
	"typ-missing":     {Note, advice, "RFC 8725 section 3.11", "The header does not say what kind of token it is (typ). One kind can then be passed off as another."},
	"typ-generic":     {Note, advice, "RFC 8725 section 3.11", "The type is only JWT. A type for each kind, as at+jwt for access tokens, keeps one kind from being passed off as another."},
	"nested":          {Note, advice, "RFC 7519 section 5.2", "The payload is said to be a token itself (cty). Both have to be checked."},
	"compressed":      {Warning, advice, "RFC 8725 section 3.6", "The header says that the content is compressed (zip). A JWS does not know that; what is inside should never be compressed before encrypting, as its length gives it away."},
	"encrypted-work":  {Warning, advice, "RFC 7518 section 4.8.1.2", "The header sets how much work it takes to try a password (p2c = %s). Whoever obeys any number can be kept busy: bound it."},
	"weak-secret":     {Danger, advice, "RFC 8725 section 3.5, RFC 7518 section 3.2", "The secret is in a list of common secrets: %s. Whoever tries the list can sign what they like."},
	"secret-short":    {Danger, advice, "RFC 7518 section 3.2", "The secret has %d bytes; %s needs at least %d, drawn at random. Shorter ones are found by trying."},
	"secret-read":     {Warning, concernsSignature, "RFC 7518 section 6.4.1", "The signature is right for the secret %s. A secret is bytes: both sides have to read the same ones out of its text."},
	"secret-is-key":   {Danger, advice, "RFC 8725 section 2.1", "The secret given is a public or private key in text. Give it as PEM: used as a secret, everybody who has the public key could sign."},
	"ecdsa-der":       {Danger, advice, "RFC 7518 section 3.4", "The signature is in DER, as certificates have it. A token has the two numbers one behind the other, %d bytes."},
	"signature-size":  {Warning, advice, "RFC 7518 section 3", "The signature has %d bytes; one by %s has %d. It was cut off, or it is by another algorithm."},
	"signature-other": {Warning, concernsSignature, "RFC 7515 section 5.2", "The signature is right for a token that differs by one character: %s. It was changed after signing, or copied with a flaw."},

	// The key that was given.
	"key-unreadable": {Danger, advice, "RFC 7517 section 4", "The key cannot be read: %s."},
	"key-too-large":  {Danger, advice, "RFC 8725 section 3.4", "The key %s is larger than is looked at here (%s)."},
	"key-short":      {Danger, advice, "RFC 7518 section 3.3", "The RSA key has %d bits; at least 2048 are needed."},
	"key-exponent":   {Warning, advice, "RFC 8017 section 3.1", "The RSA key has the exponent %d. 65537 is what everybody uses."},
	"key-private":    {Warning, advice, "RFC 7517 section 9.2", "A private key was given. The public half is enough to check; whoever has the private one can sign."},
	"key-use":        {Warning, advice, "RFC 7517 section 4.2", "The key %s is not for checking signatures (use, key_ops): it is left out."},
	"key-unknown":    {Warning, advice, "RFC 7517 section 5", "A key in the set is left out, as it cannot be used: %s."},
	"key-doubled":    {Warning, advice, "RFC 7517 section 4.5", "Two keys in the set have the same id (kid) %s."},
	"key-mixed":      {Danger, advice, "RFC 7517 section 9.2", "The set holds a secret beside public keys. A set is published; a secret is not."},

	// What it says.
	"expired":          {Danger, concernsPolicy, "RFC 7519 section 4.1.4", "It expired %s ago (exp)."},
	"not-yet":          {Danger, concernsPolicy, "RFC 7519 section 4.1.5", "It is not valid for another %s (nbf)."},
	"issued-later":     {Danger, concernsPolicy, "RFC 7519 section 4.1.6", "It says that it was issued %s from now (iat): a clock is wrong, or the token is made up."},
	"no-expiry":        {Danger, concernsPolicy, "RFC 7519 section 4.1.4, RFC 9068 section 2.2", "It never expires (no exp). Whoever steals it can use it for ever, or until the key changes."},
	"long-life":        {Warning, advice, "RFC 9700 section 4.10, RFC 8725 section 2", "It lives for %s. Nothing takes back a stolen token before it expires: minutes are enough, with a refresh token beside it."},
	"no-issued":        {Note, advice, "RFC 9068 section 2.2", "It does not say when it was issued (iat), so nobody can tell how long it lives."},
	"order":            {Warning, advice, "RFC 7519 section 4.1", "It ends before it begins: %s."},
	"time-no-number":   {Danger, concernsPolicy, "RFC 7519 section 2", "The time %s is not a number. Some readers then take it for missing."},
	"time-no-date":     {Danger, concernsPolicy, "RFC 7519 section 2", "The time %s is no number of seconds between 1970 and 9999."},
	"time-millis":      {Warning, advice, "RFC 7519 section 2", "The time %s looks like milliseconds. A token counts seconds: this one lies in the year %d."},
	"issuer-expected":  {Danger, concernsPolicy, "RFC 8725 section 3.8", "It is from another issuer (iss) than expected: %s."},
	"aud-expected":     {Danger, concernsPolicy, "RFC 8725 section 3.9", "It is for another audience (aud) than expected: %s."},
	"no-issuer":        {Warning, advice, "RFC 8725 section 3.8", "It does not say who issued it (iss). The verifier cannot check that the key belongs to the issuer."},
	"no-audience":      {Warning, advice, "RFC 8725 section 3.9", "It does not say for whom it is (aud). What one service accepts, another one may be deceived with."},
	"no-subject":       {Note, advice, "RFC 8725 section 3.8", "It does not say whose it is (sub)."},
	"no-id":            {Note, advice, "RFC 7519 section 4.1.7", "It has no id (jti), so it cannot be revoked by itself."},
	"claim-type":       {Danger, concernsPolicy, "RFC 7519 section 4.1", "The claim %s has a type that it cannot have: %s is wanted."},
	"claim-unusual":    {Note, advice, "RFC 9068 section 2.2", "The claim %s is not text. The doors of this site would not take it."},
	"personal-data":    {Warning, advice, "RFC 7519 section 12", "The payload has what looks like personal data: %s. A payload is not encrypted: whoever sees the token reads it."},
	"secret-inside":    {Danger, advice, "RFC 7519 section 12", "The payload has what looks like a secret: %s. A payload is not encrypted: whoever sees the token reads it."},
	"too-large":        {Warning, advice, "RFC 6265 section 6.1", "It has %d bytes. A browser drops cookies of more than 4096, and it travels with every request."},
	"too-large-header": {Danger, advice, "RFC 9110 section 5.4", "It has %d bytes. Many servers refuse headers of more than 8192 bytes; the doors of this site do."},
	"more-findings":    {Note, advice, "", "There is more to be found. The list ends here."},
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
	f := Finding{code, k.severity, text, k.source, k.concerns, part, position}
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

// quoted shows a piece of a token within a sentence: short, and inert.
func quoted(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(strings.ToValidUTF8(s, "�"))
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}
