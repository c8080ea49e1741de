package postgres_test

import (
	"database/sql"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // as another program that uses the database

	"twodoors/data/datatest"
	"twodoors/data/postgres"
	"twodoors/tests/cluster"
)

// PostgreSQL keeps what the tables promise.
func TestContract(t *testing.T) {
	datatest.Run(t, datatest.Engine{
		Place:      func(t *testing.T) string { return cluster.Shared(t).Database(t) },
		Open:       postgres.Open,
		Administer: func(place string) (*sql.DB, error) { return sql.Open("pgx", place) },
	})
}
