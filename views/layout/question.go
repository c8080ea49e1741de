package layout

// Asking is a question that is asked before something is lost.
type Asking struct {
	ID     string
	Label  string // of the button that asks
	Lost   string // what is lost, in sentences
	Sure   string // on the button that does it
	Action string // where the form goes
	Fields [][2]string
}
