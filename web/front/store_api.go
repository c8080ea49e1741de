package front

import (
	"context"
	"net/http"
	"strings"
	"time"

	"twodoors/web/response"
	"twodoors/web/settings"
)

// storeTimeout is how long bringing the store may take.
const storeTimeout = 10 * time.Second

// controlStore takes the Redis away that the front runs, or brings it back, also while
// nobody's session is in it.
func (f *Front) controlStore(run bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !f.mayControl(w, r) {
			return
		}
		if f.settings().Store != settings.StoreRedis && f.Fleet.Store.at() == "" {
			response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "There is no Redis. Choose the store redis first."})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), storeTimeout)
		defer cancel()
		switch err := f.Fleet.Store.order(ctx, run, seatName(r)); {
		case err == errOutside:
			response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "This Redis is not run by Two Doors, which stops only what it started."})
		case err != nil:
			response.Refuse(w, response.Problem{Status: http.StatusServiceUnavailable, RetryAfter: maxPause, Detail: "The store does not start. The log says why; try again in a moment."})
		case strings.HasPrefix(r.Header.Get("Accept"), "text/html"):
			response.See(w, "/servers")
		default:
			response.JSON(w, http.StatusOK, f.store())
		}
	}
}
