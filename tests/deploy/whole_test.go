package deploy

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
)

// calling is a script that logs in at both doors and calls both again and again. It notes every answer.
const calling = `(async () => {
	const post = (path) => fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username: 'ada', password: 'lovelace' }) });
	await post('/api/session/login');
	const { access_token: token } = await (await post('/api/token/login')).json();
	window.answers = { session: [], token: [] };
	const call = async (door, headers) => {
		const { status } = await fetch('/api/' + door + '/me', { headers });
		window.answers[door].push(status);
	};
	const again = async () => {
		await Promise.all([call('session', {}), call('token', { Authorization: 'Bearer ' + token })]);
		setTimeout(again, 50);
	};
	again();
	return true;
})()`

// rows are scripts that say of the inspector's list how many requests it has, of how many servers, and of which status.
const (
	rowsNow     = "document.querySelectorAll('#rows > li').length"
	serversNow  = "new Set([...document.querySelectorAll('#rows > li')].map((row) => row.dataset.server)).size"
	failedNow   = "document.querySelectorAll('#rows > li[data-outcome=failed]').length"
	newestFails = "document.querySelector('#rows > li').dataset.outcome === 'failed'"
)

// All of it at once, as the document has it: three servers with PostgreSQL, sessions and traces in a Redis behind
// Sentinel, nginx and HAProxy before them, and somebody who watches the inspector through one while they call through
// the other. The leader of Redis is killed meanwhile, and then a server. The token door answers throughout; the
// inspector goes on by itself, also shows what failed, and lists the same wherever it is asked.
func TestWholeSiteWhileItsRedisFailsOver(t *testing.T) {
	t.Parallel()
	d := severalMachines(t, 0, "nginx", "haproxy", "redis-server", "redis-sentinel")
	redis := d.behindSentinel()
	d.serveAllFrom(redis)
	d.nginx()
	byNginx := "https://" + host + ":" + port(d.site)
	d.haproxy()
	byHAProxy := "https://" + host + ":" + port(d.site)

	windows := open(t, byNginx, byHAProxy)
	caller, watcher := windows[0], windows[1]
	watcher.visit("/inspector")
	says[bool](watcher, "window.unmoved = true")
	says[bool](caller, calling)
	watcher.until("requests to all three servers arrive", rowsNow+" > 10 && "+serversNow+" === 3")

	redis.redis[0].kill()
	caller.until("the session door fails", "answers.session.includes(503)")
	caller.until("and works again", "answers.session.at(-1) === 200 && answers.session.includes(503)")
	watcher.until("what failed arrives, and what came after it", failedNow+" > 0 && !("+newestFails+")")
	d.servers[1].kill()
	before := says[int](caller, "answers.session.length")
	caller.until("two servers go on", fmt.Sprintf("answers.session.length > %d", before+20))
	if !says[bool](watcher, "window.unmoved") {
		t.Error("the inspector was loaded again")
	}

	if bad := unlike(says[[]int](caller, "answers.token"), 200); bad != nil {
		t.Errorf("the token door answered %v", bad)
	}
	if bad := unlike(says[[]int](caller, "answers.session"), 200, 503); bad != nil {
		t.Errorf("the session door answered %v", bad)
	}
	for _, w := range []*window{watcher, {t, watcher.ctx, byNginx}} {
		w.visit("/inspector?outcome=failed")
		if n := says[int](w, rowsNow); n == 0 {
			t.Errorf("%s lists nothing that failed", w.site)
		}
		if verdict := says[string](w, "document.querySelector('#chosen .trace-verdict').innerText"); !strings.Contains(verdict, "Redis") {
			t.Errorf("%s: %s", w.site, verdict)
		}
	}
}

// serveAllFrom starts three servers that keep sessions at a Redis behind Sentinel.
func (d *deployment) serveAllFrom(g *redisGroup) {
	d.t.Helper()
	url := strings.NewReplacer("redis1.example.org:26379", g.sentinels[0].address, "redis2.example.org:26379", g.sentinels[1].address,
		"redis3.example.org:26379", g.sentinels[2].address, "/etc/ssl/redis-ca.crt", g.certificates.Authority).Replace(d.setting(1))
	d.known = append([]string{"TWODOORS_STORE=database", "TWODOORS_STORE=redis\nTWODOORS_REDIS=" + url}, d.known...)
	for number := 1; number <= 3; number++ {
		d.servers = append(d.servers, d.startMachine(number, freeAddress(d.t, "127.0.0.1")))
	}
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// unlike are the answers that are not as they may be.
func unlike(answers []int, may ...int) (bad []int) {
	for _, status := range answers {
		if !slices.Contains(may, status) {
			bad = append(bad, status)
		}
	}
	return bad
}
