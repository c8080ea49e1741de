package exchange

import (
	"encoding/base64"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// challenges give a third party tokens to verify: the visitor's own, and some that were altered after signing. They
// cannot tell by verifying which are valid; they know which ones they altered.
type challenges struct {
	labs   *lab.Labs
	bySeat lab.BoundedMap[[]int] // which of the last four are valid
}

// issue answers POST /api/labs/exchange/challenge with four tokens in random order.
func (c *challenges) issue(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		Token string `json:"token"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		lab.Refuse(w, err)
		return
	}
	tokens, err := mixed(asked.Token)
	if err != nil {
		lab.Refuse(w, err)
		return
	}
	rand.Shuffle(len(tokens), func(i, j int) { tokens[i], tokens[j] = tokens[j], tokens[i] })
	good := []int{slices.Index(tokens, asked.Token)}
	c.bySeat.Put(seat.From(r.Context()).Name(), good, func() {})
	httpio.WriteJSON(w, http.StatusOK, struct {
		Tokens []string `json:"tokens"`
		Says   string   `json:"says"`
	}{tokens, "The third party has four tokens: yours and three altered copies, in random order."})
}

// judge answers POST /api/labs/exchange/answer, and notes whether the third party was right.
func (c *challenges) judge(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var said struct {
		Good []int `json:"good"` // their indices
	}
	if err := httpio.ReadJSON(r, &said); err != nil {
		lab.Refuse(w, err)
		return
	}
	who := seat.From(r.Context()).Name()
	good, ok := c.bySeat.Get(who)
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "There are no tokens to answer for. POST your token to /api/labs/exchange/challenge first."})
		return
	}
	c.bySeat.Delete(who)
	right := slices.Equal(good, said.Good)
	seen := lab.FromRequest(r, judged.Found())
	if !right {
		seen = lab.FromRequest(r, misjudged.Found("taken", strconv.Itoa(len(said.Good))))
		seen.Outcome, seen.Status = trace.Denied, http.StatusUnprocessableEntity
	}
	seen.Client = thirdParty
	c.labs.Found(who, seen)
	httpio.WriteJSON(w, http.StatusOK, struct {
		Right bool   `json:"right"`
		Says  string `json:"says"`
	}{right, seen.Found.Said})
}

// mixed are a token and three altered copies: one with another role, one with a longer lifetime, and one with
// another signature.
func mixed(token string) ([]string, error) {
	parts := strings.Split(token, ".")
	payload, claims := []byte(nil), map[string]jsontext.Value{}
	if len(parts) == 3 {
		payload, _ = base64.RawURLEncoding.DecodeString(parts[1])
	}
	if json.Unmarshal(payload, &claims) != nil || len(parts[2]) < 40 {
		return nil, &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "This is not a signed token. Log in at the token door and send the token you receive."}
	}
	changed := func(member, value string) string {
		other := map[string]jsontext.Value{}
		for name, v := range claims {
			other[name] = v
		}
		other[member] = jsontext.Value(value)
		text, err := json.Marshal(other, json.Deterministic(true))
		if err != nil {
			return token
		}
		return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
	}
	signature := []byte(parts[2])
	slices.Reverse(signature[:40])
	return []string{token, changed("role", `"admin"`), changed("exp", "4102444800"), parts[0] + "." + parts[1] + "." + string(signature)}, nil
}
