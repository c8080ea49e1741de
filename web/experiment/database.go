package experiment

import (
	"context"
	"os"

	"twodoors/web/postgresd"
	"twodoors/web/scratch"
)

// database is a PostgreSQL for one site, in a separate folder: it may run as another user, who must not reach that of the
// site.
type database struct {
	*postgresd.Cluster
	folder *scratch.Folder
}

// hasPostgres reports whether this machine has a PostgreSQL for experiments.
func hasPostgres() bool { return postgresd.Available(os.TempDir()) }

func newDatabase() (*database, error) {
	folder, err := newFolder()
	if err != nil {
		return nil, err
	}
	cluster, err := postgresd.Make(folder.Path())
	if err != nil {
		folder.Remove()
		return nil, err
	}
	return &database{cluster, folder}, nil
}

// Close ends it, and forgets what it kept. There may be none.
func (d *database) Close() {
	if d == nil {
		return
	}
	d.Cluster.Close()
	d.folder.Remove()
}

// address is where the site finds it, with the password.
func (d *database) address() string { return d.Address(postgresd.Initial) }

// openOnPostgres is Open for a site whose database is a PostgreSQL.
func openOnPostgres(ctx context.Context, program string) (*Site, error) {
	db, err := newDatabase()
	if err != nil {
		return nil, err
	}
	return open(ctx, program, db)
}
