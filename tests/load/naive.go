package main

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/sqlite3store"
	"github.com/alexedwards/scs/v2"
	"github.com/golang-jwt/jwt/v5"
	_ "modernc.org/sqlite"
)

// naive returns the handler of one of the servers that ours is compared with.
// Each is what the libraries' introductions show, and answers /me as ours does.
func naive(kind string, arguments []string) (http.Handler, error) {
	switch kind {
	case "bare":
		return bare(), nil
	case "scs-memory":
		return sessions(scs.New()), nil
	case "scs-sqlite", "scs-sqlite-idle":
		return sqliteSessions(arguments[0], kind == "scs-sqlite-idle")
	case "scs-postgres":
		return postgresSessions(arguments[0])
	case "jwt":
		return tokens(), nil
	case "proxy", "tuned-proxy":
		return proxy(arguments, kind == "tuned-proxy")
	}
	return nil, fmt.Errorf("no server is called %q", kind)
}

// answer is the same JSON that the site answers.
type answer struct {
	Door     string `json:"door"`
	Username string `json:"username"`
	Role     string `json:"role"`
	Server   int    `json:"server"`
	PID      int    `json:"pid"`
}

var pid = os.Getpid() // asking the system at each request would count

func write(w http.ResponseWriter, door, username, role string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(answer{door, username, role, 1, pid})
}

func bare() http.Handler {
	mux := newMux()
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) { write(w, "none", "ada", "user") })
	return mux
}

// sessions is scs with its defaults: LoadAndSave around everything, gob.
func sessions(manager *scs.SessionManager) http.Handler {
	mux := newMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		manager.RenewToken(r.Context())
		manager.Put(r.Context(), "username", "ada")
		manager.Put(r.Context(), "role", "user")
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		username := manager.GetString(r.Context(), "username")
		if username == "" {
			http.Error(w, "log in", http.StatusUnauthorized)
			return
		}
		write(w, "session", username, manager.GetString(r.Context(), "role"))
	})
	return manager.LoadAndSave(mux)
}

func sqliteSessions(path string, idle bool) (http.Handler, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec(`CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions(expiry);`); err != nil {
		return nil, err
	}
	manager := scs.New()
	manager.Store = sqlite3store.New(db)
	if idle {
		manager.IdleTimeout = 20 * time.Minute
	}
	return sessions(manager), nil
}

type claims struct {
	Name string `json:"name"`
	Role string `json:"role"`
	jwt.RegisteredClaims
}

// tokens is golang-jwt's ParseWithClaims with HS256.
func tokens() http.Handler {
	secret := make([]byte, 32)
	rand.Read(secret)
	mux := newMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{"ada", "user", jwt.RegisteredClaims{
			Issuer: "two-doors", Subject: "1", Audience: jwt.ClaimStrings{"two-doors"}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(6 * time.Hour)),
		}}).SignedString(secret)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Authorization", "Bearer "+text)
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		text, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		var c claims
		_, err := jwt.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return secret, nil },
			jwt.WithValidMethods([]string{"HS256"}))
		if err != nil {
			http.Error(w, "log in", http.StatusUnauthorized)
			return
		}
		write(w, "token", c.Name, c.Role)
	})
	return mux
}

// proxy asks the servers at the addresses by turns.
func proxy(addresses []string, tuned bool) (http.Handler, error) {
	var turn atomic.Uint64
	var servers []*url.URL
	for _, address := range addresses {
		servers = append(servers, &url.URL{Scheme: "http", Host: address})
	}
	hop := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(servers[turn.Add(1)%uint64(len(servers))]) }}
	if tuned {
		hop.BufferPool = &buffers{sync.Pool{New: func() any { return make([]byte, 16<<10) }}}
		hop.Transport = &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
	}
	mux := newMux()
	mux.Handle("/", hop)
	return mux, nil
}

type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte  { return b.Pool.Get().([]byte) }
func (b *buffers) Put(p []byte) { b.Pool.Put(p) }

// newMux tells what the process has allocated, besides what it is for.
func newMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /allocated", func(w http.ResponseWriter, r *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		json.NewEncoder(w).Encode(allocated{m.Mallocs, m.TotalAlloc})
	})
	return mux
}

type allocated struct{ Count, Bytes uint64 }
