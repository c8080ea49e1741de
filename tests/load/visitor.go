package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// visitor is somebody at the site, with cookies of their own.
type visitor struct {
	address, token string
	web            *http.Client
}

// visitors come to the site, each with a seat.
func (s *site) visitors(ctx context.Context, n int) ([]*visitor, error) {
	all := make([]*visitor, n)
	transport := &http.Transport{MaxIdleConnsPerHost: n}
	err := each(ctx, n, 16, func(i int) (err error) {
		if all[i], err = s.visitor(transport); err != nil {
			return err
		}
		_, err = all[i].call(ctx, "GET", "/api/turns", "") // brings the seat
		return err
	})
	return all, err
}

// visitor is one who has not asked for anything yet.
func (s *site) visitor(transport *http.Transport) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	return &visitor{address: s.address, web: &http.Client{Jar: jar, Transport: transport}}, err
}

// call is one request of a program, which has to be answered with success.
func (v *visitor) call(ctx context.Context, method, path, body string) ([]byte, error) {
	header := http.Header{}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(path, "/api/token/") && v.token != "" {
		header.Set("Authorization", "Bearer "+v.token)
	}
	return v.ask(ctx, method, path, header, body)
}

// send sends the form of a page, and asks for the page that follows.
func (v *visitor) send(ctx context.Context, path string, form url.Values) ([]byte, error) {
	return v.ask(ctx, "POST", path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"text/html"}}, form.Encode())
}

// page asks for a page as a browser does, and returns it compressed.
func (v *visitor) page(ctx context.Context, path string) ([]byte, error) {
	return v.ask(ctx, "GET", path, http.Header{"Accept-Encoding": {"gzip"}, "Accept": {"text/html"}}, "")
}

func (v *visitor) ask(ctx context.Context, method, path string, header http.Header, body string) ([]byte, error) {
	answer, err := v.begin(ctx, method, path, header, body)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, content)
	}
	return content, err
}

// begin returns an answer as soon as it has begun.
func (v *visitor) begin(ctx context.Context, method, path string, header http.Header, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+v.address+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	return v.web.Do(request)
}

// listen has each event of a stream heard until ctx ends.
func (v *visitor) listen(ctx context.Context, path string, hear func(event, data string)) error {
	answer, err := v.begin(ctx, "GET", path, http.Header{"Accept": {"text/event-stream"}}, "")
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	go func() {
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 1<<20)
		var event string
		var data strings.Builder
		for lines.Scan() {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				event = value
			case "data":
				data.WriteString(value + "\n")
			case "":
				hear(event, data.String())
				event = ""
				data.Reset()
			}
		}
	}()
	return nil
}

const ada = `{"username":"ada","password":"lovelace"}`

// logIn logs ada in at both doors of the room that the visitor is in.
func (v *visitor) logIn(ctx context.Context) error {
	if _, err := v.call(ctx, "POST", "/api/session/login", ada); err != nil {
		return err
	}
	body, err := v.call(ctx, "POST", "/api/token/login", ada)
	if err != nil {
		return err
	}
	var issued struct {
		Token string `json:"access_token"`
	}
	err = json.Unmarshal(body, &issued)
	v.token = issued.Token
	return err
}

// use logs in at both doors, and calls both often enough that each of three servers answers at both.
func (v *visitor) use(ctx context.Context) error {
	if err := v.logIn(ctx); err != nil {
		return err
	}
	for range 6 {
		for _, path := range []string{"/api/session/me", "/api/token/me"} {
			if _, err := v.call(ctx, "GET", path, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
