// Package catalog lists the labs. It is the one place that knows all of them: a new lab is a folder beside this one
// and a line here.
package catalog

import (
	"twodoors/web/lab"
	"twodoors/web/lab/cost"
	"twodoors/web/lab/exchange"
	"twodoors/web/lab/expiry"
	"twodoors/web/lab/forgery"
	"twodoors/web/lab/restart"
	"twodoors/web/lab/roles"
	"twodoors/web/lab/servers"
	"twodoors/web/lab/storage"
	"twodoors/web/lab/store"
	"twodoors/web/lab/theft"
)

// path are the labs in the order in which courses lead through them. Each course goes some way along it.
var path = []string{"restart", "theft", "servers", "expiry", "roles", "store", "forgery", "storage", "exchange", "cost"}

// courses are how many of these labs a course has, by its minutes.
var courses = []struct{ minutes, labs int }{{20, 2}, {50, 5}, {90, 10}}

// Courses returns the courses through these labs, the shortest first.
func Courses(labs []*lab.Lab) (all []lab.Course) {
	byName := map[string]*lab.Lab{}
	for _, l := range labs {
		byName[l.Name] = l
	}
	for _, c := range courses {
		course := lab.Course{Minutes: c.minutes}
		for _, name := range path[:c.labs] {
			course.Labs = append(course.Labs, byName[name])
		}
		all = append(all, course)
	}
	return all
}

// Labs returns the labs that there are, in their order on the page.
func Labs() []*lab.Lab {
	return []*lab.Lab{
		restart.Lab(),
		servers.Lab(),
		store.Lab(),
		theft.Lab(),
		expiry.Lab(),
		forgery.Lab(),
		storage.Lab(),
		roles.Lab(),
		exchange.Lab(),
		cost.Lab(),
	}
}
