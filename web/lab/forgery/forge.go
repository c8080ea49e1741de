package forgery

import (
	"net/http"
	"slices"
	"strings"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/lab/forgery/careless"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// forger answers the routes of this lab.
type forger struct {
	labs *lab.Labs
	keys attackerKeys
}

// forged is a forged token, and what verifiers say about it.
type forged struct {
	Kind     string             `json:"kind"`
	Done     string             `json:"done"` // to the token, in a sentence
	Says     string             `json:"says"` // the same, as every answer of a lab says it
	Forged   string             `json:"forged"`
	Careful  careless.Verdict   `json:"careful"` // of one that makes no mistake
	Careless []careless.Verdict `json:"careless"`
}

// forge answers POST /api/labs/forgery/forge.
func (f *forger) forge(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		Token string `json:"token"`
		Kind  string `json:"kind"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		lab.Refuse(w, err)
		return
	}
	someSeat, forget := f.labs.TemporarySeat(seat.From(r.Context()).Name())
	defer forget()
	anybody := f.labs.Client("forger", someSeat)
	defer anybody.Close()
	world, err := publicWorld(r.Context(), anybody, f.labs.KeysPath(seat.From(r.Context()).Name()))
	if err != nil {
		lab.Refuse(w, err)
		return
	}
	made, err := forge(asked.Token, asked.Kind, world, &f.keys)
	if err != nil {
		lab.Refuse(w, err)
		return
	}
	f.note(r, forgedToken.Found("forgery", asked.Kind, "done", made.Done, "let_in", made.whoLetsIn()), lab.TokenCredential(made.Forged))
	httpio.WriteJSON(w, http.StatusOK, made)
}

// forge forges a token in one way, and asks the verifiers about it.
func forge(token, kind string, world careless.World, keys *attackerKeys) (made forged, err error) {
	i := slices.IndexFunc(techniques(), func(t technique) bool { return t.kind == kind })
	if i < 0 {
		return made, unprocessable("There is no forgery of that kind. The lab page, /labs/forgery, lists all kinds.")
	}
	o := &original{token: token, world: world}
	if kind != "refresh" {
		if o, err = decode(token, world); err != nil {
			return made, err
		}
	}
	o.attacker, made.Kind = keys, kind
	if made.Forged, made.Done, err = techniques()[i].forge(o); err != nil {
		return made, err
	}
	made.Says = made.Done
	made.Careful, made.Careless = careless.Careful().Verify(made.Forged, o.world), []careless.Verdict{}
	if kind == "refresh" || o.key.Public != nil { // with HS256 only the site has the key that verifies
		made.Careless = careless.All(made.Forged, o.world)
	}
	return made, nil
}

// whoLetsIn says which careless verifiers would have let it in.
func (f forged) whoLetsIn() string {
	if len(f.Careless) == 0 {
		return "The careless verifiers cannot verify it: it names no public key of this site."
	}
	var mistakes []string
	for _, v := range f.Careless {
		if v.LetIn {
			mistakes = append(mistakes, v.Mistake)
		}
	}
	if mistakes == nil {
		return "None of this lab's careless verifiers would have let it in."
	}
	return "It would have fooled a verifier that " + strings.Join(mistakes, ", or one that ") + "."
}

// note adds what was found out to the seat's history.
func (f *forger) note(r *http.Request, found lab.Found, credential string) {
	seen := lab.FromRequest(r, found)
	seen.Credential = credential
	f.labs.Found(seat.From(r.Context()).Name(), seen)
}
