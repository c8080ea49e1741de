package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"

	"twodoors/web/lab"
	"twodoors/web/lab/catalog"
)

// labCommand is what a teacher does with the labs.
type labCommand struct {
	Check labCheckCommand `cmd:"" help:"Check the record of a lab: its signature, and once more what it shows."`
}

// labCheckCommand checks a record that this site has signed, or one whose key is known.
type labCheckCommand struct {
	File   string  `arg:"" help:"The record, as the page of a finished lab gives it."`
	DB     string  `default:"data/twodoors.db" help:"The database of the site that signed it." env:"TWODOORS_DB"`
	Signer encoded `help:"Or the key of that site, when you know whose it is."`
}

func (c *labCheckCommand) Run(ctx context.Context, t terminal) error {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("the record cannot be read: %w", err)
	}
	key, err := c.key(ctx)
	if err != nil {
		return err
	}
	record, err := lab.CheckRecord(file, key, catalog.Labs())
	if signer, whole := lab.SignedBy(file); whole && errors.Is(err, lab.ErrWrongRecord) {
		return fmt.Errorf("another site signed this record, and nobody has changed it since; if you know its key to be that of who handed it in, add --signer %s", lab.WriteKey(signer))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "The record holds: seat %s finished the lab %q on %s, all %d tasks.\n",
		record.Seat, record.Lab, record.Finished.Format("2006-01-02 at 15:04 UTC"), len(record.Tasks))
	for _, task := range record.Tasks {
		fmt.Fprintf(t.out, "  %s  %s\n", task.At.Format("15:04:05"), task.Title)
	}
	return nil
}

func (c *labCheckCommand) key(ctx context.Context) (ed25519.PublicKey, error) {
	if c.Signer != "" {
		key, err := lab.ReadKey(string(c.Signer))
		if err != nil {
			return nil, usageError{fmt.Errorf("--signer: %w", err)}
		}
		return key, nil
	}
	if _, err := os.Stat(c.DB); err != nil {
		return nil, usageError{fmt.Errorf("--db must name the database of the site that signed the record, or --signer its key: there is no %s", c.DB)}
	}
	db, err := openExisting(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	secret, err := db.Secrets.Get(ctx, "records")
	if err != nil {
		return nil, err
	}
	return lab.RecordKey(secret).Public().(ed25519.PublicKey), nil
}
