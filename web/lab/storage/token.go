package storage

import (
	"net/http"

	"twodoors/web/httpio"
	"twodoors/web/lab"
)

// keptIn answers POST /api/labs/storage/place: where the page keeps its token now.
func (st *storage) keptIn(w http.ResponseWriter, r *http.Request) {
	v := st.visit(r)
	var asked struct {
		Place string `json:"place"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		lab.Refuse(w, err)
		return
	}
	switch asked.Place {
	case "localStorage", "sessionStorage", "memory":
		found := keptToken.Found("place", asked.Place)
		st.note(r, v, found)
		httpio.WriteJSON(w, http.StatusOK, map[string]string{"place": asked.Place, "says": found.Said})
	default:
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "place must be localStorage, sessionStorage or memory."})
	}
}
