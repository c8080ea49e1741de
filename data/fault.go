package data

import (
	"context"
	"errors"
)

// Fault is an error that comes from the database itself.
type Fault struct {
	Kind Kind
	Err  error // what the database said
}

func (f *Fault) Error() string { return f.Err.Error() }

func (f *Fault) Unwrap() error { return f.Err }

// Kind says why a database does not do what it is asked.
type Kind int

// The kinds of faults that lie in the database, in its file or in the machine.
const (
	NoFault    Kind = iota // none of these
	Missing                // the file is not the one that was opened
	Lost                   // nor is that of a disposable database, and nobody has a copy of it
	Full                   // the disk takes no more
	Locked                 // another program does not give its lock back
	ReadOnly               // nothing may be written
	Damaged                // what is in the file is no database any more
	Unreadable             // the disk, or the system, refuses
	Away                   // it does not answer
	Refused                // it does not let us in, or not do this
	Crowded                // it takes no more connections
	Standby                // it takes only reads
)

// faults are the kinds in words: what is so, and what to do about it, as a part of a
// sentence and as sentences.
var faults = [...]struct{ is, advice, running string }{
	Missing: {"its file was moved, deleted or replaced while Two Doors was running", "stop Two Doors, then restore the file or start with --fresh",
		"Stop Two Doors, then restore the file or start with --fresh."},
	Lost: {"its file was moved, deleted or replaced", "end this room and open another", "End this room and open another."},
	Full: {"its disk is full", "free some space", "Free some space, then try again."},
	Locked: {"another program holds its write lock", "close that program",
		"Try again in a moment. If that does not help, close that program."},
	ReadOnly: {"its file or its folder is read-only", "make both writable",
		"Make both writable, then start Two Doors again."},
	Damaged: {"its file is damaged", "restore a copy of it, or start with --fresh, which moves it aside",
		"Stop Two Doors, then restore a copy of the file or start with --fresh."},
	Unreadable: {"the system cannot read or write its file", "check its folder and the disk",
		"Check its folder and the disk. The log has the system's error."},
	Away:    {"it does not answer", "start it, or check the network", "Try again in a moment. If that does not help, start the database or check the network."},
	Refused: {"it refuses the role, its password or its rights", "check all three", "Check the role that Two Doors uses, its password and its rights."},
	Crowded: {"it takes no more connections", "raise its max_connections, or end other programs", "Raise its max_connections, or end other programs that use it."},
	Standby: {"it takes only reads", "name the primary with --db, or make it writable", "Name the primary with --db, or make the database writable."},
}

// KindOf tells of which kind the fault is that an error comes from.
func KindOf(err error) Kind {
	if fault, ok := errors.AsType[*Fault](err); ok {
		return fault.Kind
	}
	return NoFault
}

// Is says what is wrong, as a part of a sentence. It is empty for NoFault.
func (k Kind) Is() string { return faults[k].is }

// Advice says what to do, as a part of a sentence. It is empty for NoFault.
func (k Kind) Advice() string { return faults[k].advice }

// Sentence tells a visitor what is wrong and what to do. It is empty for NoFault.
func (k Kind) Sentence() string {
	if k == NoFault {
		return ""
	}
	return "The database cannot be used: " + faults[k].is + ". " + faults[k].running
}

// Obstacle is what is wrong and what to do as a part of a sentence, for a step that was not
// taken. It is empty for an error that is not the database's.
func Obstacle(err error) string {
	kind := KindOf(err)
	if errors.Is(err, context.DeadlineExceeded) { // the wait for the write lock was cut short
		kind = Locked
	}
	if kind != NoFault {
		return "the database cannot be used: " + kind.Is() + "; " + kind.Advice()
	}
	if _, ok := errors.AsType[*Fault](err); ok {
		return "the database failed; the log says why"
	}
	return ""
}
