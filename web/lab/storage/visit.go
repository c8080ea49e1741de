package storage

import (
	"crypto/rand"
	"net/http"
	"sync/atomic"

	"twodoors/web/edge"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// visit is a seat that is in this lab, which is what a ticket stands for. A page may report once each time it is
// opened.
type visit struct {
	ticket  string
	seat    seat.Seat
	base    string // of the site, under the name that the visitor uses
	hole    atomic.Bool
	foreign atomic.Bool
	cookie  atomic.Pointer[string] // SameSite of the practice cookie that was set last
}

// storage answers the routes of this lab.
type storage struct {
	labs     *lab.Labs
	secret   [32]byte // of which the values of practice cookies are made
	byTicket lab.BoundedMap[*visit]
	bySeat   lab.BoundedMap[*visit]
}

// visit returns the visit of the request's seat, and begins one when there is none.
func (st *storage) visit(r *http.Request) *visit {
	trace.Aside(r.Context())
	s := seat.From(r.Context())
	if v, ok := st.bySeat.Get(s.Name()); ok && v.base == edge.Base(r) {
		return v
	}
	v := &visit{ticket: rand.Text(), seat: s, base: edge.Base(r)}
	st.bySeat.Put(s.Name(), v, func() { st.byTicket.Delete(v.ticket) })
	st.byTicket.Put(v.ticket, v, func() {})
	return v
}

// visitByTicket returns the visit that the ticket in the address stands for: a request from another site carries no
// seat. Without one it has refused the request.
func (st *storage) visitByTicket(w http.ResponseWriter, r *http.Request) *visit {
	trace.Aside(r.Context())
	v, ok := st.byTicket.Get(r.URL.Query().Get("ticket"))
	if !ok || !st.labs.InLab(r.Context(), v.seat.Name(), name) {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "This page opens from its lab only, at /labs/storage."})
		return nil
	}
	return v
}

// ticket answers POST /api/labs/storage/ticket.
func (st *storage) ticket(w http.ResponseWriter, r *http.Request) {
	v := st.visit(r)
	httpio.WriteJSON(w, http.StatusOK, map[string]string{"ticket": v.ticket, "foreign": otherName(v.base)})
}

// note adds what was found out to the history of a seat.
func (st *storage) note(r *http.Request, v *visit, found lab.Found) {
	st.labs.Found(v.seat.Name(), lab.FromRequest(r, found))
}
