package tell

// Redis says what a Redis does that is of no use, by the code of its answer: the end of a
// sentence that begins with its name.
func Redis(code string) string { return phrases["fault"][code] }

// redis are the codes in words.
var redis = map[string]string{
	"NOAUTH":      "asks for a password, and Two Doors was given none",
	"WRONGPASS":   "refuses the password that Two Doors was given",
	"NOPERM":      "does not permit this user to keep sessions",
	"WRONGTYPE":   "keeps something else under the session's key",
	"READONLY":    "is a replica, which takes no changes",
	"MISCONF":     "takes no changes, as it cannot save them to its disk",
	"OOM":         "takes no changes, as its memory is full",
	"LOADING":     "is still loading its data",
	"BUSY":        "is busy with a script",
	"TRYAGAIN":    "asks to be asked again",
	"MASTERDOWN":  "is a replica that has lost its master",
	"CLUSTERDOWN": "belongs to a cluster that is down",
	"SILENT":      "does not answer",
	"MAXCLIENTS":  "takes no more connections",
	"NODB":        "has no database of that number",
	"ERR":         "answers with an error",
}
