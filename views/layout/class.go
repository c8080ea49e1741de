package layout

import (
	"strconv"
	"time"
)

// Class is what the pages of somebody in a class say of it.
type Class struct {
	Unknown bool   // the page was made where nobody knows
	Name    string // of the class; empty for somebody in none
	Person  string // the name under which they joined
	Paused  bool
	Until   time.Time // when the time for what is done now ends; zero for no clock
	OpenTo  int       // labs that can be begun, from the first; 0 for all
	Offers  []string  // ids of the traces that the person offered for the wall

	Asks    string      // the question, empty for none
	Answers [][2]string // each with its name
	Open    bool        // it takes answers
	Said    string      // the name of the person's answer
	Came    string      // the name of the answer that came true in their room
}

// says is what an answer says.
func (c Class) says(name string) string {
	for _, answer := range c.Answers {
		if answer[0] == name {
			return answer[1]
		}
	}
	return ""
}

// opened says which labs can be begun.
func (c Class) opened() string {
	if c.OpenTo == 1 {
		return "lab 1 is open"
	}
	return "labs 1 to " + strconv.Itoa(c.OpenTo) + " are open"
}

// known is "yes" for somebody in a class, "no", or "unknown".
func (c Class) known() string {
	switch {
	case c.Unknown:
		return "unknown"
	case c.Name != "":
		return "yes"
	}
	return "no"
}
