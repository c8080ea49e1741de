package class

import "sync"

// Watcher is told what changes on the board: a page that shows it, or a program. Whoever has one closes it.
type Watcher struct {
	C <-chan struct{} // there is something to take

	all  *watchers
	some chan struct{}

	// These are guarded by the mutex of watchers.
	people map[string]bool // by id
	class  bool            // the class itself changed: who is in it, what is asked, what the wall shows
}

// watchers are all of a site.
type watchers struct {
	mu  sync.Mutex
	all map[*Watcher]bool
}

// MaxWatchers is how many boards and walls may be open at once.
const MaxWatchers = 32

// Watch returns a watcher, nil when there are too many.
func (c *Classes) Watch() *Watcher {
	c.watchers.mu.Lock()
	defer c.watchers.mu.Unlock()
	if len(c.watchers.all) >= MaxWatchers {
		return nil
	}
	if c.watchers.all == nil {
		c.watchers.all = map[*Watcher]bool{}
	}
	some := make(chan struct{}, 1)
	w := &Watcher{C: some, all: &c.watchers, some: some, people: map[string]bool{}}
	c.watchers.all[w] = true
	return w
}

// Close ends the watch.
func (w *Watcher) Close() {
	w.all.mu.Lock()
	defer w.all.mu.Unlock()
	delete(w.all.all, w)
}

// Take returns the ids of the people of whom something changed since it was called last, and whether the class did.
func (w *Watcher) Take() (people map[string]bool, class bool) {
	w.all.mu.Lock()
	defer w.all.mu.Unlock()
	people, class = w.people, w.class
	w.people, w.class = map[string]bool{}, false
	return people, class
}

// tell tells every watcher that something of a person changed.
func (w *watchers) tell(person string) {
	w.each(func(watcher *Watcher) { watcher.people[person] = true })
}

// tellAll tells every watcher that the class changed.
func (w *watchers) tellAll() { w.each(func(watcher *Watcher) { watcher.class = true }) }

func (w *watchers) each(note func(*Watcher)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for watcher := range w.all {
		note(watcher)
		select {
		case watcher.some <- struct{}{}:
		default:
		}
	}
}
