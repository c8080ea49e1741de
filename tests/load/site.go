package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
)

// site is Two Doors, running, with ada logged in at both doors.
type site struct {
	*process
	front                bool
	seat, session, token string // as a request carries them
}

// open starts the site as a lone server ("server") or with its front ("serve"),
// on a database in a folder of its own, and logs in.
func (b *bench) open(command, store string) (*site, error) {
	return b.openOn(filepath.Join(b.folder, command+"-"+store, "two.db"), command, store)
}

func (b *bench) openOn(database, command, store string, flags ...string) (*site, error) {
	p, err := start(b.program, append([]string{command, "--listen=127.0.0.1:0", "--db=" + database, "--store=" + store, "--access-lifetime=6h"}, flags...)...)
	if err != nil {
		return nil, err
	}
	b.running = append(b.running, p)
	s := &site{process: p, front: command == "serve"}
	return s, s.logIn()
}

// logIn gets a seat, a session and a token for ada.
func (s *site) logIn() error {
	first, _, err := s.call("POST", "/api/session/login", ada)
	if err != nil {
		return err
	}
	for _, cookie := range first.Cookies() {
		switch cookie.Name {
		case "seat":
			s.seat = cookie.String()
		case "session":
			s.session = cookie.String()
		}
	}
	s.seat, _, _ = strings.Cut(s.seat, ";")
	s.session, _, _ = strings.Cut(s.session, ";")
	_, body, err := s.call("POST", "/api/token/login", ada)
	if err != nil {
		return err
	}
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &issued); err != nil {
		return err
	}
	if s.token = "Bearer " + issued.Token; s.seat == "" || s.session == "" || issued.Token == "" {
		return fmt.Errorf("the login gave seat %q, session %q, token %q", s.seat, s.session, issued.Token)
	}
	return nil
}

// call is one request in JSON that has to be answered with 200.
func (s *site) call(method, path, body string) (*http.Response, []byte, error) {
	request, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if s.seat != "" {
		request.Header.Set("Cookie", s.seat)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", method, path, response.Status, content)
	}
	return response, content, err
}

// sessionRequest and tokenRequest are what the load consists of.
func (s *site) sessionRequest(address string) []byte {
	return get(address, "/api/session/me", "Cookie: "+s.seat+"; "+s.session)
}

func (s *site) tokenRequest(address string) []byte {
	return get(address, "/api/token/me", "Cookie: "+s.seat, "Authorization: "+s.token)
}

func get(address, path string, headers ...string) []byte {
	lines := append([]string{"GET " + path + " HTTP/1.1", "Host: " + address, "Accept: application/json"}, headers...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// child is the process of server 1 behind the front.
func (s *site) child() (pid int, err error) {
	_, body, err := s.call("GET", "/api/servers", "")
	if err != nil {
		return 0, err
	}
	var room struct {
		Servers []struct{ PID int }
	}
	if err := json.Unmarshal(body, &room); err != nil || len(room.Servers) != 1 {
		return 0, fmt.Errorf("GET /api/servers: %s", body)
	}
	return room.Servers[0].PID, nil
}

// pids are the processes that a request keeps busy.
func (s *site) pids() ([]int, error) {
	if !s.front {
		return []int{s.pid()}, nil
	}
	child, err := s.child()
	return []int{s.pid(), child}, err
}
