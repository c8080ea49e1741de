package browser

import "testing"

// shared are the arguments of a site that others can reach.
var shared = []string{"--listen=0.0.0.0:0", "--passcode=open-sesame"}

// where is what the status line says of the room.
const where = "(document.readyState === 'complete' ? document.querySelector('#site-status .whereabouts')?.textContent ?? 'the stage' : 'nowhere yet')"

// starts is how often the servers in the picture were started.
const starts = "document.querySelector('.server [data-show=starts]')?.textContent"

// Where others can reach the site, the first press opens a room of one's own: everybody can
// crash a server, and nobody on the stage notices. The status line leads out again.
func TestFirstPressOpensARoom(t *testing.T) {
	t.Parallel()
	b := openTab(t, shared...)
	b.visit("/")
	b.untilText("#opens-room", "opens a room of your own")
	b.inspect("home-shared")
	b.logInAtBoth()
	b.until(where + ".startsWith('Your room')")
	b.visit("/servers")
	b.click("#crash-1")
	b.until(starts + " === '2'")
	b.until("document.querySelector('#still').textContent.includes('ada')") // the token opens the door again
	b.inspect("servers-own-room")
	other := openTabAt(t, b.Site)
	other.visit("/servers")
	other.until(starts + " === '1'")
	other.inspect("servers-shared-stage")
	b.click("#leave-room")
	b.untilText("#leave-room-question", "This deletes the room’s servers, its database with all accounts")
	b.inspect("room-is-to-end")
	b.click("#leave-room-sure")
	b.until(where + " === 'the stage'")
	b.until(starts + " === '1'")
}

// An account that somebody has made is on the stage, so logging in with it opens no room, in
// which nobody would know it.
func TestOwnAccountIsOnTheStage(t *testing.T) {
	t.Parallel()
	b := openTab(t, shared...)
	b.visit("/signup")
	b.fill("input[name=username]", "bob")
	b.fill("input[name=password]", "quiet evening")
	b.click("main button[type=submit]")
	b.until("location.pathname !== '/signup'")
	b.visit("/")
	b.logInAs("bob", "quiet evening")
	b.until(where + " === 'the stage'")
}

// A lab shows its room beside the tasks, the other pages say whose room it is, and leaving it
// leads back.
func TestLabShowsItsRoom(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.visit("/labs/servers")
	if boxes := eval[int](b, "document.querySelectorAll('#lab-room .server').length"); boxes != 0 {
		t.Errorf("%d servers before it was begun", boxes)
	}
	b.click("#begin")
	b.until("document.querySelectorAll('#lab-room .server').length === 3")
	b.click("#act-1-1")
	b.until("document.querySelector('#lab').dataset.pressed === '1'")
	b.inspect("lab-with-its-room")
	for _, path := range []string{"/", "/inspector", "/servers", "/session/login", "/token/account"} {
		b.visit(path)
		b.until(where + ".startsWith('Your room for the lab')")
	}
	b.visit("/labs/restart")
	b.untilText("#lab-status", "If you begin this one, that room closes")
	b.click("#leave-room")
	b.until(where + " === 'the stage'")
	b.untilText("#lab-place", "not finished")
}

// A tab of the stage stays what it is while a lab is under way in another one: what it does by
// itself disturbs neither.
func TestTabOfTheStageStaysOutOfALab(t *testing.T) {
	t.Parallel()
	stage := openTab(t)
	stage.visit("/")
	stage.logInAtBoth()
	token := eval[string](stage, "localStorage.getItem('token')")
	lab := stage.another()
	lab.begin("restart")
	stage.click("[data-call=session]")
	stage.untilText("#session-answers", "This page belongs to another room")
	lab.click("#leave-room")
	lab.until(where + " === 'the stage'")
	stage.visit("/")
	stage.click("[data-call=token]")
	stage.untilText("#token-answers", "200")
	if now := eval[string](stage, "localStorage.getItem('token')"); now != token {
		t.Errorf("the token of the stage is another one, of %d bytes", len(now))
	}
}
