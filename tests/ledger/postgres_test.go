//go:build unix

package ledger

import "twodoors/tests/cluster"

// cutConnections ends every connection to the database, in the middle of whatever it is used for.
func (r *run) cutConnections() func() {
	for range 5 {
		cluster.In(r.t, r.db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	}
	return nothing
}

// killPostgres kills PostgreSQL, which then finds by its log what was acknowledged.
func (r *run) killPostgres() func() { return r.without(r.postgres.Crash) }

// stopPostgres lets PostgreSQL end, and kills a server, which begins again all the same.
func (r *run) stopPostgres() func() {
	back := r.without(r.postgres.Stop)
	r.killServer()
	return back
}

func (r *run) without(end func() error) (back func()) {
	if err := end(); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		if err := r.postgres.Start(); err != nil {
			r.t.Fatal(err)
		}
	}
}
