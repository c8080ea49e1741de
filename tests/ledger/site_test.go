//go:build unix

package ledger

import (
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// server is what GET /api/servers says of one.
type server struct {
	Number, PID int
	State       string
}

// observer asks about the site, and is no person.
var observer = http.Client{Timeout: 20 * time.Second}

func get(url string) (status int, body string) {
	answer, err := observer.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

// order presses a button of the server room, and returns the status of the answer, 0 when there was none.
func (r *run) order(method, path, body string) (status int, text string) {
	request, err := http.NewRequest(method, r.site.Load().URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := observer.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(said)
}

func (r *run) servers() []server {
	var said struct{ Servers []server }
	if status, body := get(r.site.Load().URL + "/api/servers"); status != 200 || json.Unmarshal([]byte(body), &said) != nil {
		return nil
	}
	return said.Servers
}

// processes are the front's and its servers'.
func (r *run) processes() []int {
	pids := []int{r.site.Load().Cmd.Process.Pid}
	for _, s := range r.servers() {
		if s.PID > 0 {
			pids = append(pids, s.PID)
		}
	}
	return pids
}

// sound looks into the database when nobody has it open any more.
func (r *run) sound() {
	driver, name, check := "sqlite", "file:"+r.db, "PRAGMA integrity_check"
	if r.postgres != nil {
		driver, name, check = "pgx", r.db, "SELECT 'ok'" // it checks what it reads
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow(check).Scan(&verdict); err != nil || verdict != "ok" {
		r.t.Errorf("the database is not sound: %s %v", verdict, err)
	}
	accounts := 0
	for _, p := range r.persons {
		accounts += len(p.past) + 1
	}
	var kept int
	if err := db.QueryRow("SELECT count(*) FROM users").Scan(&kept); err != nil || kept < accounts {
		r.t.Errorf("%d accounts are kept, %d sign-ups were acknowledged (%v)", kept, accounts, err)
	}
}
