package tell

// Redis says by the code of its answer why a Redis cannot be used: the end of a sentence
// that begins with its name.
func Redis(code string) string { return phrases["fault"][code] }

// redis are the codes in words.
var redis = map[string]string{
	"NOAUTH":      "requires a password, and Two Doors has none",
	"WRONGPASS":   "rejects the password that Two Doors has",
	"NOPERM":      "does not allow this user to store sessions",
	"WRONGTYPE":   "holds something else under the session's key",
	"READONLY":    "is a read-only replica",
	"MISCONF":     "rejects writes because it cannot save them to disk",
	"OOM":         "rejects writes because its memory is full",
	"NOREPLICAS":  "rejects writes because too few replicas follow it",
	"LOADING":     "is still loading its data",
	"BUSY":        "is busy running a script",
	"TRYAGAIN":    "asks for a retry",
	"MASTERDOWN":  "is a replica that has lost its master",
	"CLUSTERDOWN": "belongs to a cluster that is down",
	"SILENT":      "does not answer",
	"MAXCLIENTS":  "accepts no more connections",
	"NODB":        "has no database with that number",
	"CERTIFICATE": "has a certificate that cannot be verified",
	"TLS":         "does not accept an encrypted connection",
	"NOMASTER":    "is not known to Sentinel by that master_name",
	"SENTINEL":    "cannot be found, because Sentinel rejects the user or password that Two Doors has for it",
	"ERR":         "returns an error",
}
