package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
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
	err := each(ctx, n, 16, func(i int) error {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return err
		}
		all[i] = &visitor{address: s.address, web: &http.Client{Jar: jar, Transport: transport}}
		_, err = all[i].call(ctx, "GET", "/api/turns", "") // brings the seat
		return err
	})
	return all, err
}

// call is one request, which has to be answered with success.
func (v *visitor) call(ctx context.Context, method, path, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+v.address+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(path, "/api/token/") && v.token != "" {
		request.Header.Set("Authorization", "Bearer "+v.token)
	}
	answer, err := v.web.Do(request)
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
