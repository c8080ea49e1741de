package lab

// Course is a path through labs for a certain time.
type Course struct {
	Minutes int
	Labs    []*Lab
}

// Place is where a lab is in the course, counted from 1; 0 when it is not in it.
func (c Course) Place(lab *Lab) int {
	for i, l := range c.Labs {
		if l == lab {
			return i + 1
		}
	}
	return 0
}

// Next is the first lab of the course that a seat has not finished, nil when it has finished all.
func (c Course) Next(progress map[string]*Progress) *Lab {
	for _, l := range c.Labs {
		if progress[l.Name].Standing() != Finished {
			return l
		}
	}
	return nil
}

// Next is the lab that leads on from those that a seat has finished: through the shortest course first.
func (l *Labs) Next(progress map[string]*Progress) *Lab {
	for _, course := range l.Courses {
		if next := course.Next(progress); next != nil {
			return next
		}
	}
	return nil
}
