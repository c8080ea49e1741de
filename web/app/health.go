package app

import (
	"cmp"
	"log/slog"
	"net/http"

	"twodoors/data"
	"twodoors/web/response"
)

// healthz says that the process lives.
func (a *App) healthz(w http.ResponseWriter, _ *http.Request) {
	response.JSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether it can serve.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	if err := a.Ready(r.Context()); err != nil {
		slog.ErrorContext(r.Context(), "not ready", "err", err)
		response.Refuse(w, response.Problem{Status: http.StatusServiceUnavailable,
			Detail: cmp.Or(data.KindOf(err).Sentence(), "The database cannot be read. The log of the server says why.")})
		return
	}
	response.JSON(w, http.StatusOK, map[string]string{"status": "ready"})
}
