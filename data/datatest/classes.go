package datatest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"twodoors/data"
)

var classes = map[string]promise{
	"ClassesAreListed":       classesAreListed,
	"PeopleJoinOnce":         peopleJoinOnce,
	"PeopleGoWithTheirClass": peopleGoWithTheirClass,
	"RemovedPeopleStayAway":  removedPeopleStayAway,
	"ClassesAreBounded":      classesAreBounded,
}

func (s *site) class(t *testing.T, id string) data.Class {
	t.Helper()
	class := data.Class{ID: id, Name: "class " + id, Opened: s.now.UTC(), State: []byte("{}")}
	if err := s.db.Classes.Save(t.Context(), class); err != nil {
		t.Fatal(err)
	}
	return class
}

func (s *site) join(t *testing.T, class, id, seat string) error {
	t.Helper()
	return s.db.Classes.Add(t.Context(), class, data.ClassPerson{
		ID: id, Seat: seat, Sealed: []byte("sealed " + seat), State: []byte("{}"), Joined: s.now,
	})
}

// people are the ids of those in a class.
func (s *site) people(t *testing.T, class string) (ids []string) {
	t.Helper()
	all, err := s.db.Classes.People(t.Context(), class)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		ids = append(ids, p.ID+" "+string(p.State))
	}
	return ids
}

func classesAreListed(t *testing.T, s *site) {
	first := s.class(t, "A")
	second := data.Class{ID: "B", Name: "later", Opened: s.soon.UTC(), Closed: s.soon.Add(time.Hour).UTC(), State: []byte("x")}
	if err := s.db.Classes.Save(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	first.Name, first.State = "renamed", []byte("y")
	if err := s.db.Classes.Save(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	all, err := s.server(t).Classes.All(t.Context())
	if err != nil || len(all) != 2 || fmt.Sprint(all[0]) != fmt.Sprint(second) || fmt.Sprint(all[1]) != fmt.Sprint(first) {
		t.Errorf("the classes are %v (%v)", all, err)
	}
}

func peopleJoinOnce(t *testing.T, s *site) {
	s.class(t, "A")
	s.class(t, "B")
	if err := s.join(t, "A", "1", "seat"); err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{"A", "B"} {
		if err := s.join(t, class, "2", "seat"); !errors.Is(err, data.ErrInClass) {
			t.Errorf("a seat joins %s again: %v", class, err)
		}
	}
	if class, err := s.db.Classes.ClassOf(t.Context(), "seat"); class != "A" || err != nil {
		t.Errorf("the seat is in %q (%v)", class, err)
	}
	if counts, err := s.db.Classes.Counts(t.Context()); err != nil || len(counts) != 1 || counts["A"] != 1 {
		t.Errorf("the counts are %v (%v)", counts, err)
	}
	if _, err := s.db.Classes.ClassOf(t.Context(), "other"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("another seat is in a class: %v", err)
	}
}

func peopleGoWithTheirClass(t *testing.T, s *site) {
	s.class(t, "A")
	if err := s.join(t, "A", "1", "seat"); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Classes.Delete(t.Context(), "A"); err != nil {
		t.Fatal(err)
	}
	if left := s.people(t, "A"); len(left) > 0 {
		t.Errorf("of a deleted class %v are left", left)
	}
	if err := s.db.Classes.Delete(t.Context(), "A"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("a class is deleted twice: %v", err)
	}
}

func removedPeopleStayAway(t *testing.T, s *site) {
	s.class(t, "A")
	for i := range 2 {
		if err := s.join(t, "A", fmt.Sprint(i), fmt.Sprint("seat ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.db.Classes.Remove(t.Context(), "A", "0"); err != nil {
		t.Fatal(err)
	}
	said := []data.ClassPerson{{ID: "0", State: []byte("late")}, {ID: "1", State: []byte("said")}}
	if err := s.db.Classes.Update(t.Context(), "A", said...); err != nil {
		t.Fatal(err)
	}
	if all := s.people(t, "A"); !slices.Equal(all, []string{"1 said"}) {
		t.Errorf("the people are %v", all)
	}
	if err := s.db.Classes.Remove(t.Context(), "A", "0"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("somebody is removed twice: %v", err)
	}
}

func classesAreBounded(t *testing.T, s *site) {
	s.class(t, "A")
	for i := range data.MaxPeoplePerClass {
		if err := s.join(t, "A", fmt.Sprint(i), fmt.Sprint("seat ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.join(t, "A", "more", "more"); !errors.Is(err, data.ErrClassFull) {
		t.Errorf("a full class takes one more: %v", err)
	}
	for i := range data.MaxClasses - 1 {
		s.class(t, fmt.Sprint("C", i))
	}
	if err := s.db.Classes.Save(t.Context(), data.Class{ID: "more", State: []byte("{}")}); !errors.Is(err, data.ErrClassesFull) {
		t.Errorf("one class more is kept: %v", err)
	}
	s.class(t, "A") // one that is kept can change
}
