package labs

import (
	"fmt"
	"strconv"
	"strings"

	"twodoors/web/lab"
	"twodoors/web/trace/tell"
)

// Labs is what the list of the labs shows.
type Labs struct {
	Labs       []*lab.Lab
	Courses    []lab.Course
	Progress   map[string]*lab.Progress // by lab
	Code       string                   // of the seat
	Requests   int                      // in its inspector
	MayControl bool
	Fault      string
}

// number is the place of a lab in the list, counted from 1.
func (l Labs) number(of *lab.Lab) int { return lab.Course{Labs: l.Labs}.Place(of) }

// goOn is what the button of a course says.
func (l Labs) goOn(course lab.Course) string {
	if l.Progress[course.Labs[0].Name] == nil {
		return "Start"
	}
	return "Continue"
}

// inCourses is where a lab is in the courses that have it.
func (l Labs) inCourses(of *lab.Lab) string {
	var places []string
	for _, course := range l.Courses {
		if place := course.Place(of); place > 0 {
			places = append(places, strconv.Itoa(course.Minutes))
		}
	}
	return "Courses: " + strings.Join(places, ", ") + " minutes"
}

// lost is what resetting all labs loses.
func (l Labs) lost() string {
	finished, tasks := 0, 0
	for _, p := range l.Progress {
		tasks += p.Done()
		if p.Standing() == lab.Finished {
			finished++
		}
	}
	return fmt.Sprintf("You lose %s, %s and the %s in your inspector. You stay logged in.",
		tell.Count(int64(finished), "finished lab"), tell.Count(int64(tasks), "done task"), tell.Count(int64(l.Requests), "request"))
}
