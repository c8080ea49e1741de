package process

import (
	"fmt"
	"sync"
	"testing"
)

// C2: seats finish labs by their commands, all at the same time at one site, one lab after the
// other: nobody is in anybody's way. A whole class does all of them; a few share them.
func TestLabsByManyAtOnce(t *testing.T) {
	t.Parallel()
	students := min(30, *seats/4)
	s := open(t, fmt.Sprint("--rooms=", students+1))
	var labs []labState
	s.call("GET", "/api/labs", "").into(t, &labs)
	var class sync.WaitGroup
	for n := range students {
		class.Go(func() {
			student := s.other()
			student.call("GET", "/", "")
			for i := range labs {
				l := labs[(i+n)%len(labs)] // each begins with another one
				if students < 10 && i%students != 0 {
					continue
				}
				student.beginLab(l.Name)
				output := student.paste(student.commands("/labs/" + l.Name))
				if done := student.lab(l.Name); len(done.Progress.Ticks) != l.Tasks || done.Progress.Finished == "" {
					t.Errorf("student %d, %s: %d of %d tasks are ticked\n%s", n, l.Name, len(done.Progress.Ticks), l.Tasks, output)
				}
			}
			student.call("DELETE", "/api/rooms/mine", "")
		})
	}
	class.Wait()
	s.until("no process of a room is left", func() bool { return len(descendants(s.Cmd.Process.Pid)) == 1 })
}
