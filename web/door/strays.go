package door

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// Browsers tell cookies apart by name, domain and path, and send those of a host
// whatever port set them (RFC 6265bis section 8.5). So another program on this host that
// uses one of our names leaves a stray: a second cookie of that name, which comes before
// ours or after it.

// Strays reports whether a request brings, under a name of ours, anything but the one
// cookie that can be ours.
func Strays(r *http.Request, name string, ours func(value string) bool) bool {
	cookies := r.CookiesNamed(name)
	return len(cookies) > 1 || len(cookies) == 1 && !ours(cookies[0].Value)
}

// DropStrays tells the browser to delete the cookies of a name that were set for another
// path than ours: for each path with which a cookie comes to this one. What a prefix
// keeps at one path (RFC 6265bis section 4.1.3.2) has none.
func DropStrays(w http.ResponseWriter, r *http.Request, name, ownPath string) {
	if strings.HasPrefix(name, "__Host-") {
		return
	}
	for _, path := range pathsTo(r.URL.Path) {
		if path != ownPath {
			http.SetCookie(w, &http.Cookie{
				Name: name, Path: path, MaxAge: -1,
				HttpOnly: true, Secure: strings.HasPrefix(name, "__Secure-"), SameSite: http.SameSiteStrictMode,
			})
		}
	}
}

// pathsTo lists the paths of cookies that a browser sends to a path (RFC 6265bis section
// 5.1.4).
func pathsTo(path string) []string {
	paths := []string{"/"}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			paths = append(paths, path[:i], path[:i+1])
		}
	}
	return append(paths, path)
}

// TwoCookies refuses a request with more than one cookie of a name: nobody can tell
// which of them is the visitor's.
func TwoCookies(r *http.Request, name string) *Refusal {
	return &Refusal{Status: http.StatusUnauthorized, Kind: BadCredential, Detail: fmt.Sprintf(
		"Your browser sent two cookies named %s, and another program on %s set one of them. "+
			"Two Doors told the browser to delete that one. Try again; if it happens again, %s.", name, hostOf(r), wayOut(r))}
}

// StrayNotice says to somebody who logged in that the browser may keep sending a stray.
func StrayNotice(r *http.Request, name string) string {
	return fmt.Sprintf("Your browser also sent a cookie named %s that Two Doors did not set, and was told to delete it. "+
		"If you are asked to log in again, %s.", name, wayOut(r))
}

// wayOut is what a person can do about a stray that stays.
func wayOut(r *http.Request) string {
	advice := "delete the cookies of " + hostOf(r) + " in the browser's settings"
	if other := otherName(r); other != "" {
		advice += ", or open " + other + " instead"
	}
	return advice
}

// otherName is the same site under another name, which has cookies of its own. It is
// empty where none is known to lead here.
func otherName(r *http.Request) string {
	host, other := hostOf(r), "localhost"
	switch {
	case ClientOf(r.Context()).Secure:
		return "" // the certificate is for this name
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		other = "127.0.0.1"
	case !net.ParseIP(host).IsLoopback():
		return ""
	}
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		other = net.JoinHostPort(other, port)
	}
	return "http://" + other
}

// hostOf is the host that a request asked for, without a port.
func hostOf(r *http.Request) string {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}
