package restart

import "twodoors/web/lab"

// outlived is passed when a server allowed a credential, was restarted, and a later call
// with the same credential ended in a certain way.
func outlived(door string, end lab.Is) lab.Check {
	return func(h lab.History) []lab.Seen {
		for _, before := range h.Every(lab.Called(door), lab.Allowed) {
			if later, ok := h.After(before).First(lab.Called(door), end, lab.With(before), lab.AfterRestart(before)); ok {
				return []lab.Seen{before, later}
			}
		}
		return nil
	}
}

func keysAre(keys string) lab.Is {
	return lab.When(func(c lab.Circumstances) bool { return c.Keys == keys })
}
