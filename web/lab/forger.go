package lab

import (
	"errors"
	"net/http"
	"strings"

	"twodoors/web/lab/careless"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// forger answers what the lab of forgeries alone has.
type forger struct {
	labs *Labs
	keys foreignKeys
}

// forged is a token that nobody signed, and what verifiers say to it.
type forged struct {
	Kind     string             `json:"kind"`
	Done     string             `json:"done"` // to the token, in a sentence
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
	if err := request.JSON(r, &asked); err != nil {
		refuse(w, err)
		return
	}
	newcomer, forget := f.labs.newcomer()
	defer forget()
	anybody := newClient("forger", f.labs.Address, newcomer)
	defer anybody.leave()
	world, err := publicWorld(r.Context(), anybody)
	if err != nil {
		response.Refuse(w, response.Problem{Status: http.StatusServiceUnavailable, Detail: sentence(err)})
		return
	}
	made, err := forge(asked.Token, asked.Kind, world, &f.keys)
	if err != nil {
		response.Refuse(w, response.Problem{Status: http.StatusUnprocessableEntity, Detail: sentence(err)})
		return
	}
	f.note(r, find(foundForged, "forgery", asked.Kind, "done", made.Done, "let_in", made.whoLetsIn()), signatureShown(made.Forged))
	response.JSON(w, http.StatusOK, made)
}

// forge makes a token of a kind, and asks the verifiers.
func forge(token, kind string, world careless.World, own *foreignKeys) (made forged, err error) {
	for _, way := range forgeries() {
		if way.kind != kind {
			continue
		}
		shop := &workshop{token: token, world: world}
		if kind != "refresh" {
			if shop, err = openWorkshop(token, world); err != nil {
				return made, err
			}
		}
		shop.own, made.Kind = own, kind
		if made.Forged, made.Done, err = way.make(shop); err != nil {
			return made, err
		}
		made.Careful, made.Careless = careless.Careful().Verify(made.Forged, shop.world), []careless.Verdict{}
		if kind == "refresh" || shop.key.Public != nil { // with HS256 only the site has what verifies
			made.Careless = careless.All(made.Forged, shop.world)
		}
		return made, nil
	}
	return made, errors.New("there is no forgery of that kind: the page of the lab, /labs/forgery, has them all")
}

// whoLetsIn says which of the careless verifiers would have let it in.
func (f forged) whoLetsIn() string {
	if len(f.Careless) == 0 {
		return "Careless verifiers were not asked: the token names no public key of this site, and they have no other."
	}
	var names []string
	for _, v := range f.Careless {
		if v.LetIn {
			names = append(names, v.Verifier)
		}
	}
	if names == nil {
		return "No careless verifier of this lab would have let it in."
	}
	return "Would have been let in by: " + strings.Join(names, ", ") + "."
}

// note adds what was found out to the seat's history.
func (f *forger) note(r *http.Request, found Found, credential string) {
	f.labs.Found(seat.From(r.Context()).Name(), Seen{
		Trace: trace.From(r.Context()).ID, Method: r.Method, Path: r.URL.Path,
		Status: http.StatusOK, Outcome: trace.Allowed, Found: found, Credential: credential,
	})
}

// signatureShown is what a trace shows of a token's signature.
func signatureShown(token string) string {
	shown := trace.ShowJWT(token)
	return shown[strings.LastIndexByte(shown, '.')+1:]
}

func refuse(w http.ResponseWriter, err error) {
	fault, ok := errors.AsType[*request.Fault](err)
	if !ok {
		fault = &request.Fault{Status: http.StatusBadRequest, Detail: sentence(err)}
	}
	response.Refuse(w, response.Problem{Status: fault.Status, Detail: fault.Detail})
}

// sentence is an error as people read it.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
