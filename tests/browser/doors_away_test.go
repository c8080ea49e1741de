package browser

import "testing"

// While no server can answer, neither door claims to know how somebody stands, and
// the page says why, though it was opened before.
func TestDoorsCannotTellWhileTheServerIsStopped(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.logInAtBoth()
	eval[bool](b, "fetch('/api/servers/1/stop?wait=1', { method: 'POST' }).then((answer) => answer.ok)")

	b.click("#token-call")
	b.untilText("#token-answers", "Server 1 is stopped. Start one in the server room, then try again.")
	b.untilText("#door-token .door-why", "server 1 is stopped")
	b.untilText("#door-token .door-head", "503")
	b.click("#session-call")
	b.untilText("#door-session", "This door cannot tell who you are now.")
	b.untilText("#broken", "Server 1 is stopped, by you")
	b.untilText("#site-status", "0 of 1 servers")
	b.shoot("doors-away")
	b.clean("503")
}
