package turns

import (
	"net/http"
	"time"
)

// answerTime is how long an answer may take from its turn on.
const answerTime = 30 * time.Second

// Begin waits for a turn, and lets the answer take its time as if the request had just come:
// who waited for most of the time that a server leaves for an answer would else get none.
func (g *Gate) Begin(w http.ResponseWriter, r *http.Request, kind Kind) (done func(), err error) {
	done, err = g.Turn(r.Context(), kind)
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime)) // a test's writer has none, and requests of our own
	return done, err
}
