package process

import (
	"regexp"
	"strings"
)

const (
	bob   = `{"username":"bob","password":"quiet evening"}`
	grace = `{"username":"grace","password":"nanosecond"}`
)

// askSessionDoor signs bob up and logs him in.
func (d *described) askSessionDoor() {
	d.t.Helper()
	for _, body := range []string{bob, bob, `{"username":"bob","password":"x"}`, `{`, `[]`} {
		d.ask("POST", "/api/signup", body)
	}
	for _, path := range []string{"/api/session/me", "/api/session/admin", "/api/token/me", "/api/token/admin"} {
		d.ask("GET", path, "")
	}
	d.ask("POST", "/api/session/login", bob)
	d.ask("GET", "/api/session/me", "")
	d.ask("GET", "/api/session/admin", "")
}

// askLabsOfSessions calls what needs a lab outside of it, and goes through that about servers.
func (d *described) askLabsOfSessions() {
	d.t.Helper()
	for _, path := range []string{"servers/copy", "servers/elsewhere", "theft/steal", "theft/stop", "expiry/thief", "forgery/forge", "forgery/weak", "forgery/guess", "forgery/fixed", "exchange/challenge"} {
		d.ask("POST", "/api/labs/"+path, "") // in no lab
	}
	d.inLab("servers", func() {
		d.ask("POST", "/api/session/login", ada)
		for _, act := range []string{"back", "copy", "elsewhere", "back"} {
			d.ask("POST", "/api/labs/servers/"+act, "")
		}
	})
}

// inLab does something in the room of a lab.
func (d *described) inLab(name string, do func()) {
	d.t.Helper()
	d.ask("POST", "/api/labs/"+name+"/begin", "")
	do()
	d.ask("POST", "/api/labs/"+name+"/leave", "")
}

// askAccount changes what bob may change, and ends his sessions.
func (d *described) askAccount() {
	d.t.Helper()
	d.ask("POST", "/api/account/password", `{"old":"quiet evening","new":"other evening"}`)
	d.ask("POST", "/api/account/password", `{"old":"wrong","new":"other evening"}`)
	d.ask("POST", "/api/account/password", `{"old":"other evening","new":"x"}`)
	d.ask("POST", "/api/account/role", `{"username":"bob","role":"admin"}`)
	d.ask("POST", "/api/session/logout", `{"everywhere":1}`)
	d.ask("POST", "/api/session/logout", `{"everywhere":true}`)
	d.ask("POST", "/api/session/logout", "")
}

// askEmbeds saves a trace as a file, embeds it, and takes that back.
func (d *described) askEmbeds(id string) {
	d.t.Helper()
	for _, query := range []string{"?id=" + id, "", "?id=none", "?door=x"} {
		d.ask("GET", "/api/traces.har"+query, "")
	}
	var embedded struct{ ID string }
	d.ask("POST", "/api/traces/"+id+"/embed", "").into(d.t, &embedded)
	d.ask("POST", "/api/traces/none/embed", "")
	d.ask("GET", "/api/embeds", "")
	for range 2 {
		d.ask("DELETE", "/api/embeds/"+embedded.ID, "")
	}
}

// askTooOftenAndWrongly brings logins that are refused as requests, and then more wrong passwords than there may be.
func (d *described) askTooOftenAndWrongly() {
	d.t.Helper()
	d.ask("POST", "/api/session/login", grace, "Sec-Fetch-Site", "cross-site")
	d.ask("POST", "/api/session/login", strings.Repeat(" ", 70<<10)+grace)
	d.ask("POST", "/api/session/login", grace, "Content-Type", "text/plain")
	const bad = `{"username":"bob","password":"wrong"}`
	for range 12 {
		d.ask("POST", "/api/session/login", bad)
		d.ask("POST", "/api/token/login", bad)
	}
}

// askTokenDoor has grace, who is an admin, do all that a token is good for.
func (d *described) askTokenDoor() (issued tokens) {
	d.t.Helper()
	d.ask("POST", "/api/token/login", `{"username":"grace","password":"nanosecond","refresh_in":"body"}`).into(d.t, &issued)
	bearer := "Bearer " + issued.AccessToken
	d.ask("POST", "/api/token/login", `{"username":"grace","password":"nanosecond","deliver":"header"}`)
	d.ask("GET", "/api/token/me", "", "Authorization", bearer)
	d.ask("GET", "/api/token/admin", "", "Authorization", bearer)
	for _, body := range []string{`{"username":"bob","role":"admin"}`, `{"username":"bob","role":"queen"}`, `{"username":"ada","role":"admin"}`, `{"username":"nobody","role":"user"}`, `{"role":7}`} {
		d.ask("POST", "/api/account/role", body, "Authorization", bearer)
	}
	d.ask("POST", "/api/account/password", `{"old":"nanosecond","new":"other evening"}`, "Authorization", bearer)
	d.ask("GET", "/api/token/me?access_token=x", "", "Authorization", bearer)
	d.ask("GET", "/api/token/me", "", "Authorization", bearer+"x")
	for range 2 {
		d.ask("POST", "/api/token/refresh", `{"refresh_token":"`+issued.RefreshToken+`"}`)
	}
	return issued
}

// askLabsOfTokens has tokens stolen, kept too long and forged, each in the room of its lab.
func (d *described) askLabsOfTokens() {
	d.t.Helper()
	logIn := func() (issued tokens) {
		d.ask("POST", "/api/token/login", `{"username":"ada","password":"lovelace","refresh_in":"body"}`).into(d.t, &issued)
		return issued
	}
	d.inLab("theft", func() {
		bearer := "Bearer " + logIn().AccessToken
		for _, act := range []string{"try", "steal", "try", "stop"} {
			d.ask("POST", "/api/labs/theft/"+act, "", "Authorization", bearer)
		}
		d.ask("POST", "/api/labs/theft/steal", "", "Cookie", "session=none")
	})
	d.inLab("expiry", func() {
		d.ask("PATCH", "/api/settings", `{"refresh_lifetime":"1h"}`)
		for _, body := range []string{"", `{"refresh_token":"` + logIn().RefreshToken + `"}`, `{"times":2}`, `{"times":"x"}`, `{"refresh_token":"` + strings.Repeat("x", 1001) + `"}`} {
			d.ask("POST", "/api/labs/expiry/thief", body)
		}
	})
	d.inLab("forgery", func() { d.askForgeries(logIn().AccessToken) })
}

func (d *described) askForgeries(token string) {
	d.t.Helper()
	for _, kind := range []string{"payload", "expired", "refresh", "?"} {
		d.ask("POST", "/api/labs/forgery/forge", `{"kind":"`+kind+`","token":"`+token+`"}`)
	}
	var weak struct{ Weak string }
	d.ask("POST", "/api/labs/forgery/weak", "").into(d.t, &weak)
	for path, body := range map[string]string{"crack": `{"token":"` + weak.Weak + `"}`, "guess": "", "fixed": `{"id":"bm90aGluZw"}`} {
		d.ask("POST", "/api/labs/forgery/"+path, body)
	}
	d.ask("POST", "/api/labs/forgery/crack", `{"token":"`+token+`"}`)
	d.ask("POST", "/api/labs/forgery/fixed", `{"id":"?"}`)
}

// askRooms opens a room and ends it.
func (d *described) askRooms() {
	d.t.Helper()
	d.ask("GET", "/api/rooms/mine", "")
	d.ask("DELETE", "/api/rooms/mine", "")
	d.ask("POST", "/api/rooms", "")
	var mine struct{ Name string }
	d.ask("GET", "/api/rooms/mine", "").into(d.t, &mine)
	d.ask("POST", "/api/rooms", "")
	d.ask("GET", "/api/rooms", "")
	d.ask("GET", "/r/"+mine.Name+"/.well-known/jwks.json", "")
	d.ask("DELETE", "/api/rooms/mine", "")
	d.ask("GET", "/r/"+mine.Name+"/.well-known/jwks.json", "")
}

// askStorageLab keeps things in a browser, and has them stolen.
func (d *described) askStorageLab() {
	d.t.Helper()
	d.ask("POST", "/api/labs/storage/ticket", "")
	d.ask("POST", "/api/labs/storage/begin", "")
	var told struct{ Ticket string }
	d.ask("POST", "/api/labs/storage/ticket", "").into(d.t, &told)
	d.call("GET", "/labs/storage/hole?ticket="+told.Ticket, "")
	for _, body := range []string{`{"place":"memory"}`, `{"same_site":"lax"}`, `{"localStorage":"eyJhbG"}`, `{"cookie":"<script>"}`, `{"place":"here"}`} {
		for _, path := range []string{"place", "cookie", "caught"} {
			d.ask("POST", "/api/labs/storage/"+path, body)
		}
	}
	d.ask("POST", "/api/labs/storage/saw?ticket="+told.Ticket, `{"load":true}`)
	d.ask("POST", "/api/labs/storage/saw?ticket=x", `{"load":true}`)
	d.ask("POST", "/api/labs/storage/leave", "")
}

// askTokenLogout refreshes with what is no refresh token, and logs out.
func (d *described) askTokenLogout(token string) {
	d.t.Helper()
	d.ask("POST", "/api/token/refresh", `{"refresh_token":"x"}`)
	d.ask("POST", "/api/token/refresh", `{"refresh_token":7}`)
	d.ask("POST", "/api/token/logout", "", "Authorization", "Bearer "+token)
	d.ask("POST", "/api/token/logout", "")
	d.ask("POST", "/api/token/logout", "", "Authorization", "Bearer x")
}

// askLabs calls what all labs have, and the one about exchange.
func (d *described) askLabs(token string) {
	d.t.Helper()
	d.ask("GET", "/api/labs", "")
	for _, name := range []string{"restart", "nothing"} {
		d.ask("GET", "/api/labs/"+name, "")
		d.ask("POST", "/api/labs/"+name+"/begin", "")
		d.ask("GET", "/api/labs/"+name, "")
		for _, body := range []string{`{"task":2,"answer":"token"}`, `{"task":1,"answer":"token"}`, `{"task":"x"}`} {
			d.ask("POST", "/api/labs/"+name+"/predict", body)
		}
		for _, body := range []string{`{"task":2,"hint":1}`, `{"task":9,"hint":1}`, `{`} {
			d.ask("POST", "/api/labs/"+name+"/hint", body)
		}
		d.ask("GET", "/api/labs/"+name+"/record", "")
		d.ask("POST", "/api/labs/"+name+"/leave", "")
		d.ask("DELETE", "/api/labs/"+name, "")
	}
	for _, body := range []string{`{"what":"seat"}`, `{"what":"house"}`, `{`} {
		d.ask("POST", "/api/labs/over", body)
	}
	d.inLab("exchange", func() {
		for _, token := range []string{token, "x"} {
			d.ask("POST", "/api/labs/exchange/challenge", `{"token":"`+token+`"}`)
		}
		for _, body := range []string{`{"good":[0]}`, `{"good":[0]}`, `{"good":"first"}`} {
			d.ask("POST", "/api/labs/exchange/answer", body)
		}
	})
}

// askServerRoom presses all buttons of the server room.
func (d *described) askServerRoom() {
	d.t.Helper()
	d.ask("PATCH", "/api/settings", `{"alg":"EdDSA"}`)
	d.ask("PATCH", "/api/settings", `{"alg":"none"}`)
	d.ask("PATCH", "/api/settings", `{"colour":"red"}`)
	d.ask("POST", "/api/keys/rotate", `{"retire":true}`)
	d.ask("POST", "/api/keys/rotate", `{"retire":"yes"}`)
	d.ask("GET", "/.well-known/jwks.json", "")
	d.ask("GET", "/api/servers", "")
	for _, path := range []string{"/api/servers/1/restart", "/api/servers/2/crash?wait=1", "/api/servers/9/crash", "/api/servers/x/restart"} {
		d.ask("POST", path, "")
	}
	d.ask("POST", "/api/servers", "")
	for _, path := range []string{"/api/servers/3/stop?wait=1", "/api/servers/3/start", "/api/store/stop", "/api/store/start"} {
		d.ask("POST", path, "")
	}
	for _, body := range []string{`{"per_second":20}`, `{"per_second":51}`, `{"per_second":"x"}`, `{"per_second":0}`} {
		d.ask("PUT", "/api/visitors", body)
		d.ask("GET", "/api/visitors", "")
	}
	for _, name := range []string{"balance", "survive", "nothing"} {
		d.ask("POST", "/api/experiments/"+name, "")
		d.ask("GET", "/api/experiments/"+name, "")
	}
	for _, n := range []string{"3", "2", "1", "7"} {
		d.ask("DELETE", "/api/servers/"+n, "")
	}
	d.ask("PATCH", "/api/settings", `{"store":"redis"}`)
	d.ask("POST", "/api/store/stop", "")
	d.ask("GET", "/api/session/me", "", "Cookie", "session="+strings.Repeat("A", 43))
	d.ask("POST", "/api/store/start", "")
}

// askInspector looks at tokens, at traces, and at how the site is.
func (d *described) askInspector(token string) {
	d.t.Helper()
	d.ask("POST", "/api/inspect/token", `{"token":"`+token+`","key":{"secret":"x"},"algorithms":["HS256"]}`)
	d.ask("POST", "/api/inspect/token", `{"token":"x.y.`+strings.Repeat(".", 100)+`","key":{"jwks":{"keys":[]}}}`)
	d.ask("POST", "/api/inspect/token", `{"token":7}`)
	for _, body := range []string{`{"token":"a.b.c"}`, `{"token":"` + token + `","key":{"secret":"x"}}`, `{"token":7}`, `{"token":""}`, `{"token":"` + strings.Repeat("x", 70<<10) + `"}`} {
		d.ask("POST", "/api/inspect/token", body)
	}
	traced := d.ask("GET", "/api/traces?limit=500", "")
	d.ask("GET", "/api/traces?door=x", "")
	id := regexp.MustCompile(`"id":"([A-Z2-7]{26})"`).FindStringSubmatch(traced.body)[1]
	d.ask("GET", "/api/traces/"+id, "")
	d.ask("GET", "/api/traces/none", "")
	d.askEmbeds(id)
	d.until("the balance experiment has found something", func() bool {
		return strings.Contains(d.ask("GET", "/api/experiments/balance", "").body, `"let_in"`)
	})
	for _, path := range []string{"/healthz", "/readyz", "/api/openapi.yaml", "/api/turns"} {
		d.ask("GET", path, "")
	}
}
