package shared_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"twodoors/web/trace"
	"twodoors/web/trace/shared"
)

// When Redis is nearly full, its sessions go before traces: these are forgotten and not kept, whoever asks is told why,
// and when there is room again, they are kept again.
func TestSessionsGoBeforeTraces(t *testing.T) {
	t.Parallel()
	url := startRedis(t)
	administrator := administering(t, url)
	traces := running(t, openRedis(t, url, "a"))
	for n := range 200 {
		long := numbered(n)
		long.Credential = &trace.Credential{Kind: "bearer", Shown: strings.Repeat("e", 4<<10)}
		traces.Add("mine", long)
	}
	until(t, "all are kept", func() bool { return len(listed(t, traces, "mine", "")) == 200 })

	used := func() (n int) {
		fmt.Sscan(administrator.InfoMap(t.Context(), "memory").Item("Memory", "used_memory"), &n)
		return n
	}
	if err := administrator.ConfigSet(t.Context(), "maxmemory", fmt.Sprint(used()+64<<10)).Err(); err != nil {
		t.Fatal(err)
	}
	told := ""
	until(t, "somebody is told", func() bool {
		traces.Add("mine", numbered(300))
		if _, err := traces.List(t.Context(), "mine", "", 10); err != nil {
			told = err.Error()
		}
		return told != ""
	})
	if !strings.Contains(told, "needs its memory for sessions") {
		t.Errorf("%s", told)
	}
	if n := len(administrator.Keys(t.Context(), "twodoors:traces:a:seat:*").Val()); n != 0 {
		t.Errorf("%d seats still have traces", n)
	}
	if err := administrator.Set(t.Context(), "a session", strings.Repeat("s", 16<<10), time.Hour).Err(); err != nil {
		t.Errorf("a session has no room: %v", err)
	}
	if _, dropped := traces.Kept(); dropped == 0 {
		t.Error("none is counted as dropped")
	}

	administrator.ConfigSet(t.Context(), "maxmemory", "256mb")
	until(t, "they are kept again", func() bool {
		traces.Add("mine", numbered(400))
		list, err := traces.List(t.Context(), "mine", "", 10)
		return err == nil && len(list) > 0
	})
}

// A Redis that evicts loses no session for traces, however many requests there are at several servers.
func TestTracesEvictNoSession(t *testing.T) {
	t.Parallel()
	url := startRedis(t)
	administrator := administering(t, url)
	const sessions, maxmemory = 25_000, 16 << 20
	if err := administrator.ConfigSet(t.Context(), "maxmemory-policy", "volatile-ttl").Err(); err != nil {
		t.Fatal(err)
	}
	administrator.ConfigSet(t.Context(), "maxmemory", fmt.Sprint(maxmemory))
	fill := administrator.Pipeline()
	for n := range sessions {
		fill.Set(t.Context(), fmt.Sprint("a session ", n), strings.Repeat("s", 300), 20*time.Minute)
	}
	if _, err := fill.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := administrator.DBSize(t.Context()).Val(); n != sessions {
		t.Fatalf("%d sessions fit", n)
	}
	servers := []*shared.Traces{running(t, openRedis(t, url, "a")), running(t, openRedis(t, url, "a")), running(t, openRedis(t, url, "a"))}
	for n := range 20_000 {
		seat := fmt.Sprint("seat ", n)
		servers[n%3].Add(seat, numbered(n))
		if n%500 == 0 {
			servers[n%3].List(t.Context(), seat, "", 1) // which waits until it is written
		}
	}
	left, cursor := 0, uint64(0)
	for {
		keys, next, err := administrator.Scan(t.Context(), cursor, "a session *", 10_000).Result()
		if err != nil {
			t.Fatal(err)
		}
		if left, cursor = left+len(keys), next; next == 0 {
			break
		}
	}
	if left != sessions {
		t.Errorf("%d of %d sessions are left", left, sessions)
	}
}

// A site's traces stay within bounds, however many seats come, and one that is known keeps its own.
func TestTheSiteIsBounded(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one := running(t, small{a})
		for n := range 12 {
			one.Add("regular", numbered(n))
		}
		for n := range 600 {
			one.AddNew(fmt.Sprint("seat ", n), numbered(1_000+n))
		}
		until(t, "what is too much is forgotten", func() bool {
			one.AddNew("last", numbered(9_000))
			sizes, _, err := b.Sizes(t.Context())
			all := 0
			for _, s := range sizes {
				all += s.Count
			}
			return err == nil && all <= 100 && len(listed(t, one, "last", "")) == 1
		})
		if got := listed(t, one, "regular", ""); len(got) != 12 {
			t.Errorf("the regular seat has %d", len(got))
		}
	})
}

// small has room for little.
type small struct{ shared.Store }

func (small) Most() int { return 100 }
