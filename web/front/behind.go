package front

import (
	"net/http"

	"twodoors/views/doors"
)

// behind is the room that answers, as far as the home page has buttons for it.
func (f *Front) behind(r *http.Request) *doors.Behind {
	now := f.Rooms.In(r.Context()).Status()
	shown := &doors.Behind{MayChange: f.mayControl(r), Settings: now.Settings}
	for _, s := range now.Servers {
		shown.Servers = append(shown.Servers, doors.Process{Number: s.Number, PID: s.PID, Took: s.Took})
	}
	return shown
}
