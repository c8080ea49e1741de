package trace_test

import (
	"fmt"
	"testing"

	"twodoors/web/trace"
)

// listen opens as many streams as it gets, up to n, each for a seat of its own.
func listen(log *trace.Log, network string, n int) (open []*trace.Listener) {
	for i := range n {
		if _, _, listener := log.Listen(fmt.Sprint(network, i), network, 0); listener != nil {
			open = append(open, listener)
		}
	}
	return open
}

// listening counts those that did not have to give way.
func listening(all []*trace.Listener) (n int) {
	for _, listener := range all {
		if isOpen(listener) {
			n++
		}
	}
	return n
}

func isOpen(listener *trace.Listener) bool {
	for {
		select {
		case _, open := <-listener.C:
			if !open {
				return false
			}
		default:
			return true
		}
	}
}

// C4: however many seats somebody makes, listeners stay bounded, of a network and in all. A
// network that has fewer gets its share.
func TestListenersOfManySeatsAreBounded(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	one, two := listen(log, "a", trace.MaxListenersAll), listen(log, "b", trace.MaxListenersAll)
	if len(one) != trace.MaxListenersNetwork || len(one)+len(two) != trace.MaxListenersAll {
		t.Errorf("%d of one network, %d of another", len(one), len(two))
	}
	three := listen(log, "c", trace.MaxListenersAll)
	a, b, c := listening(one), listening(two), listening(three)
	if a+b+c != trace.MaxListenersAll || min(a, b, c) < trace.MaxListenersAll/3-1 {
		t.Errorf("%d, %d and %d of three networks", a, b, c)
	}
	for _, listener := range append(one, append(two, three...)...) {
		listener.Close()
		listener.Close() // once more is no second one
	}
	if again := listen(log, "a", trace.MaxListenersAll); len(again) != trace.MaxListenersNetwork {
		t.Errorf("%d after all were closed", len(again))
	}
}

// C4: seats that somebody made give way to those in which somebody was let in or that have a
// room, also at the same address, and to no others of their kind.
func TestMadeSeatsGiveWay(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	made := listen(log, "a", trace.MaxListenersNetwork)
	if more := listen(log, "a", trace.MaxListenersNetwork+1); len(more) != 0 {
		t.Errorf("%d more made seats get a stream", len(more))
	}
	inRoom, letIn := numbered(1), numbered(2)
	inRoom.Room, letIn.User = "k3f9", "ada"
	for i := range 300 {
		t := *inRoom
		if i%2 == 0 {
			t = *letIn
		}
		log.Add(fmt.Sprint("student ", i), &t)
	}
	var students []*trace.Listener
	for i := range 600 { // two pages each
		if _, _, listener := log.Listen(fmt.Sprint("student ", i%300), "a", 0); listener != nil {
			students = append(students, listener)
		}
	}
	if got, left := listening(students), listening(made); got != 600 || got+left != trace.MaxListenersNetwork {
		t.Errorf("%d of 600 students' streams are open, and %d of made seats", got, left)
	}
}

// C4: among seats that take part, one with many streams gives way to one with none.
func TestSeatWithMostStreamsGivesWay(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	letIn := numbered(1)
	letIn.User = "ada"
	var greedy []*trace.Listener
	for i := range trace.MaxListenersNetwork {
		name := fmt.Sprint("greedy ", i/trace.MaxListeners)
		log.Add(name, letIn)
		_, _, listener := log.Listen(name, "a", 0)
		greedy = append(greedy, listener)
	}
	log.Add("mine", letIn)
	_, _, first := log.Listen("mine", "a", 0)
	_, _, second := log.Listen("mine", "a", 0)
	if first == nil || second == nil || listening(greedy) != len(greedy)-2 {
		t.Errorf("%v, %v, %d of the others are left", first, second, listening(greedy))
	}
}
