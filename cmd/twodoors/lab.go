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
	Check labCheckCommand `cmd:"" help:"Check the record of a lab: verify its signature, then run the lab's checks again."`
}

// labCheckCommand checks a record that this site has signed, or one whose key is known.
type labCheckCommand struct {
	File   string  `arg:"" help:"The record file from the page of a finished lab."`
	DB     string  `default:"data/twodoors.db" help:"Database of the site that signed it." env:"TWODOORS_DB"`
	Signer encoded `help:"Public key of the site that signed it, if you trust it."`
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
		return fmt.Errorf("another site signed this record, and it is unchanged since; if you know that the key belongs to the student who handed it in, add --signer %s", lab.WriteKey(signer))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "The record is valid: seat %s finished the lab %q on %s, all %d tasks.\n",
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
