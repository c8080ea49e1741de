package process

import (
	"path/filepath"
	"strings"
	"testing"
)

// A lab that was under way when the program ended says that what it had set up is
// gone, and goes on from where it was when it has set that up again.
func TestLabGoesOnAfterTheProgramEnded(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db)
	s.call("GET", "/labs", "")
	s.beginLab("servers")
	commands := s.commands("/labs/servers")
	s.paste(commands[:5])
	before := len(s.lab("servers").Progress.Ticks)
	s.Cmd.Process.Kill()
	s.Ended(t)

	again := openOn(t, db)
	again.client.Jar = s.client.Jar
	const says = "Two Doors was restarted"
	if page := again.call("GET", "/labs/servers", "").body; !strings.Contains(page, says) || !strings.Contains(page, "Set the lab up again") {
		t.Error("the page does not say that the program was started anew")
	}
	again.beginLab("servers")
	if page := again.call("GET", "/labs/servers", "").body; strings.Contains(page, says) || len(again.servers()) != 3 {
		t.Errorf("begun again with %d servers", len(again.servers()))
	}
	output := again.paste(again.commands("/labs/servers"))
	if done := len(again.lab("servers").Progress.Ticks); before == 0 || done != 5 {
		t.Errorf("%d tasks were ticked before and %d after\n%s", before, done, output)
	}
}
