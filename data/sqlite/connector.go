package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"

	"modernc.org/sqlite"
)

// connector opens connections to this very file, or none.
type connector struct {
	driver.Connector
	file *file
}

func newConnector(file *file, options url.Values) (connector, error) {
	base, err := sqlite.NewConnector(source(file.path, options))
	return connector{base, file}, err
}

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.file.check(); err != nil {
		return nil, err
	}
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.file.check(); err != nil { // it may have opened what came into its place
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// careful is how our connections behave: their transactions begin with or without the
// write lock, wait for it, and have ended when they are on the disk. Those of a disposable
// file have ended when the system has them: that outlives processes, and not a power cut.
func (f *file) careful(txlock string) url.Values {
	synchronous := "synchronous(FULL)"
	if f.disposable {
		synchronous = "synchronous(OFF)"
	}
	return url.Values{
		"_txlock": {txlock},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), synchronous, "foreign_keys(1)"},
	}
}

// source is what the driver opens. SQLite makes no file: Open does.
func source(path string, more url.Values) string {
	more.Set("mode", "rw")
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: more.Encode()}).String()
}
