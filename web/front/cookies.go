package front

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"twodoors/web/door"
	"twodoors/web/token"
)

// ownCookies returns the lines of a Cookie header without the session, refresh and sticky
// cookies of other rooms: a server gets no credential that it has not given. All else stays
// as it is, byte for byte. Nearly always there is nothing to leave out, and the lines come
// back as they are.
func ownCookies(lines []string, room string) []string {
	foreign := func(line string) bool {
		for pair := range strings.SplitSeq(line, ";") {
			if isForeign(pair, room) {
				return true
			}
		}
		return false
	}
	if !slices.ContainsFunc(lines, foreign) {
		return lines
	}
	var own []string
	for _, line := range lines {
		if !foreign(line) {
			own = append(own, line)
		} else if rest := withoutForeign(line, room); rest != "" {
			own = append(own, rest)
		}
	}
	return own
}

// withoutForeign returns a line of cookies without those of other rooms.
func withoutForeign(line, room string) string {
	var rest strings.Builder
	for pair := range strings.SplitSeq(line, ";") {
		if isForeign(pair, room) {
			continue
		}
		if rest.Len() == 0 {
			pair = strings.TrimLeft(pair, " \t") // the blank came behind a cookie that is left out
		} else {
			rest.WriteByte(';')
		}
		rest.WriteString(pair)
	}
	return rest.String()
}

// isForeign reports whether a pair of a Cookie header belongs to another room. It reads the
// name as net/http does, so that no server reads another one.
func isForeign(pair, room string) bool {
	name, _, _ := strings.Cut(pair, "=")
	of, bound := roomOf(textproto.TrimString(name))
	return bound && of != room
}

// roomOf returns the room that a cookie's name carries, "" for the stage, if it is one of
// those that belong to a room.
func roomOf(name string) (room string, bound bool) {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "__Host-"), "__Secure-")
	name, room, _ = strings.Cut(name, "-")
	return room, name == "session" || name == "refresh" || name == stickyCookie
}

// maxBrought is of how many rooms a request is looked at for cookies.
const maxBrought = 8

// roomsBrought lists the rooms whose cookies a request brings, but for the stage. Nearly always
// there are none.
func roomsBrought(r *http.Request) (rooms []string) {
	for _, line := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			name, _, _ := strings.Cut(pair, "=")
			room, bound := roomOf(textproto.TrimString(name))
			if bound && room != "" && !slices.Contains(rooms, room) && len(rooms) < maxBrought {
				rooms = append(rooms, room)
			}
		}
	}
	return rooms
}

// expire tells the browser to delete the cookies of a room that has ended.
func expire(w http.ResponseWriter, r *http.Request, room string) {
	from := door.ClientOf(r.Context())
	from.Room = room
	for _, cookie := range []http.Cookie{
		{Name: from.CookieName("session"), Path: "/", SameSite: http.SameSiteLaxMode},
		{Name: from.CookieName(stickyCookie), Path: "/", SameSite: http.SameSiteLaxMode},
		{Name: token.CookieName(from), Path: token.CookiePath, SameSite: http.SameSiteStrictMode},
	} {
		cookie.MaxAge, cookie.HttpOnly, cookie.Secure = -1, true, from.Secure
		http.SetCookie(w, &cookie)
	}
}
