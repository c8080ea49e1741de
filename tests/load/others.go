package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// crashes kills the server behind the front and waits until it serves again.
type crashes struct {
	Times  int     `json:"times"`
	Median float64 `json:"median_ms"`
	Max    float64 `json:"max_ms"`
}

func (b *bench) crash(ctx context.Context) (c crashes, err error) {
	s, err := b.open("serve", "memory")
	if err != nil {
		return c, err
	}
	defer s.stop()
	pid, err := s.child()
	if err != nil {
		return c, err
	}
	var took []float64
	for range 20 {
		b.say("crash %d", len(took)+1)
		began := time.Now()
		_, body, err := s.call("POST", "/api/servers/1/crash?wait=1", "")
		if err != nil {
			return c, err
		}
		took = append(took, milliseconds(time.Since(began)))
		var now struct{ PID int }
		if err := json.Unmarshal(body, &now); err != nil || now.PID == pid || now.PID == 0 {
			return c, fmt.Errorf("after pid %d the crash answered %s", pid, body)
		}
		pid = now.PID
		if err := s.once(s.tokenRequest(s.address)); err != nil {
			return c, fmt.Errorf("the token after a crash: %w", err)
		}
		pause(ctx, 100*time.Millisecond)
	}
	return crashes{len(took), median(took), slices.Max(took)}, ctx.Err()
}

// once sends one request on a connection of its own.
func (s *site) once(request []byte) error {
	c, err := dial(s.address, request)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	return c.exchange()
}

// memory is what the processes hold, in MB.
type memory struct {
	Server      float64 `json:"server_mb"`        // alone, on a database that is there
	Front       float64 `json:"front_mb"`         // likewise
	Behind      float64 `json:"server_behind_mb"` // the front's server
	FirstServer float64 `json:"first_server_mb"`  // as above, when the database was made just before:
	FirstFront  float64 `json:"first_front_mb"`   // two passwords have been hashed
	FirstBehind float64 `json:"first_server_behind_mb"`
	Full        float64 `json:"front_full_mb"` // after 25,000 requests from a hundred seats
	FullServer  float64 `json:"server_behind_full_mb"`
}

// atRest starts the site and tells what it holds a second later. Nobody logs in:
// hashing a password takes 19 MiB for a while.
func (b *bench) atRest(database, command string) (process, child float64, err error) {
	p, err := start(b.program, command, "--listen=127.0.0.1:0", "--db="+database)
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	time.Sleep(time.Second)
	if process, err = resident(p.pid()); err != nil || command == "server" {
		return process, 0, err
	}
	pid, err := (&site{process: p}).child()
	if err != nil {
		return 0, 0, err
	}
	child, err = resident(pid)
	return process, child, err
}

func (b *bench) memory() (m memory, err error) {
	b.say("memory at rest")
	alone, front := filepath.Join(b.folder, "rest-alone.db"), filepath.Join(b.folder, "rest-front.db")
	if m.FirstServer, _, err = b.atRest(alone, "server"); err != nil {
		return m, err
	}
	if m.Server, _, err = b.atRest(alone, "server"); err != nil {
		return m, err
	}
	if m.FirstFront, m.FirstBehind, err = b.atRest(front, "serve"); err != nil {
		return m, err
	}
	if m.Front, m.Behind, err = b.atRest(front, "serve"); err != nil {
		return m, err
	}
	b.say("memory with full traces")
	s, err := b.openOn(filepath.Join(b.folder, "full", "two.db"), "serve", "memory")
	if err != nil {
		return m, err
	}
	defer s.stop()
	for range 100 {
		if err := s.takeSeat(250); err != nil {
			return m, err
		}
	}
	time.Sleep(time.Second)
	if m.Full, err = resident(s.pid()); err != nil {
		return m, err
	}
	child, err := s.child()
	if err != nil {
		return m, err
	}
	m.FullServer, err = resident(child)
	return m, err
}

// takeSeat becomes somebody else, and sends n requests through both doors.
func (s *site) takeSeat(n int) error {
	s.seat = ""
	response, _, err := s.call("GET", "/", "")
	if err != nil {
		return err
	}
	s.seat, _, _ = strings.Cut(response.Header.Get("Set-Cookie"), ";")
	for _, request := range [][]byte{s.sessionRequest(s.address), s.tokenRequest(s.address)} {
		c, err := dial(s.address, request)
		if err != nil {
			return err
		}
		for range n / 2 {
			if err := c.exchange(); err != nil {
				return err
			}
		}
		c.conn.Close()
	}
	return nil
}

// page is what one page costs.
type page struct {
	Path   string  `json:"path"`
	Mean   float64 `json:"mean_ms"`
	CPU    float64 `json:"cpu_ms"`     // of front and server
	HTML   int     `json:"html_bytes"` // as sent, with gzip
	Static int     `json:"static_bytes"`
	Files  int     `json:"static_files"`
}

func (b *bench) pages() (pages []page, err error) {
	s, err := b.open("serve", "memory")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	if err := s.takeSeat(500); err != nil {
		return nil, err
	}
	for _, path := range []string{"/", "/inspector", "/servers", "/labs", "/labs/restart", "/session/login", "/session/account", "/token/login", "/token/account", "/signup"} {
		b.say("page %s", path)
		p, err := s.page(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		pages = append(pages, p)
	}
	return pages, nil
}

const pageRequests = 500

func (s *site) page(path string) (p page, err error) {
	p.Path = path
	html, err := s.fetch(path, &p.HTML)
	if err != nil {
		return p, err
	}
	if err := s.weigh(html, path, map[string]bool{}, &p); err != nil {
		return p, err
	}
	pids, err := s.pids()
	if err != nil {
		return p, err
	}
	for range 20 { // warm
		if _, err := s.fetch(path, nil); err != nil {
			return p, err
		}
	}
	used, err := cpu(pids)
	if err != nil {
		return p, err
	}
	began := time.Now()
	for range pageRequests {
		if _, err := s.fetch(path, nil); err != nil {
			return p, err
		}
	}
	p.Mean = milliseconds(time.Since(began)) / pageRequests
	now, err := cpu(pids)
	p.CPU = milliseconds(now-used) / pageRequests
	return p, err
}

// plain does not unpack answers, so that they can be weighed.
var plain = http.Client{Transport: &http.Transport{DisableCompression: true}}

func (s *site) fetch(path string, weight *int) ([]byte, error) {
	request, err := http.NewRequest("GET", "http://"+s.address+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("Cookie", s.seat+"; "+s.session)
	response, err := plain.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, response.Status)
	}
	if weight == nil || err != nil {
		return body, err
	}
	*weight += len(body)
	if response.Header.Get("Content-Encoding") == "gzip" {
		return unzip(body)
	}
	return body, nil
}

var mentions = regexp.MustCompile(`(?:src|href)="([^"]+\.(?:css|js|svg))"|(?:from|import)\s*\(?\s*["']([^"']+\.js)["']|(?:url\(|@import\s+)["']?([^"')]+\.(?:css|svg|woff2))`)

// weigh adds the files that a page or a file of it needs, each once.
func (s *site) weigh(text []byte, from string, seen map[string]bool, p *page) error {
	for _, found := range mentions.FindAllSubmatch(text, -1) {
		path := against(from, string(found[1])+string(found[2])+string(found[3]))
		if seen[path] || !strings.HasPrefix(path, "/static/") {
			continue
		}
		seen[path] = true
		p.Files++
		file, err := s.fetch(path, &p.Static)
		if err != nil {
			return err
		}
		if err := s.weigh(file, path, seen, p); err != nil {
			return err
		}
	}
	return nil
}
