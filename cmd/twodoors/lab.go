package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"time"

	"twodoors/web/lab"
	"twodoors/web/lab/catalog"
	"twodoors/web/trace/tell"
)

// labCommand is what a teacher does with the labs.
type labCommand struct {
	Check labCheckCommand `cmd:"" help:"Check records of labs: verify each signature, then run the lab's checks again."`
}

// labCheckCommand checks a record that this site has signed, or one whose key is known, or all in a folder.
type labCheckCommand struct {
	File   string  `arg:"" help:"The record file from the page of a finished lab, or with --csv a folder of such files."`
	DB     string  `default:"data/twodoors.db" help:"Database of the site that signed it." env:"TWODOORS_DB"`
	Signer encoded `help:"Public key of the site that signed it, if you trust it."`
	CSV    bool    `name:"csv" help:"Print a table with a row for each record in the folder; it names copies."`
}

// Run checks one record and says what it holds, or prints the table.
func (c *labCheckCommand) Run(ctx context.Context, t terminal) error {
	if c.CSV {
		key, err := c.keyIfAny(ctx)
		if err != nil {
			return err
		}
		return writeCSV(t.out, c.File, key)
	}
	if at, err := os.Stat(c.File); err == nil && at.IsDir() {
		return usageError{fmt.Errorf("%s is a folder: add --csv to check all records in it", c.File)}
	}
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
		fmt.Fprintf(t.out, "  %s  %s (%s)\n", task.At.Format("15:04:05"), task.Title, details(task))
	}
	return nil
}

// keyIfAny is the key to check with. Without --signer and without a database there is none: records of all sites are
// then those of other sites.
func (c *labCheckCommand) keyIfAny(ctx context.Context) (ed25519.PublicKey, error) {
	if expectDatabase(c.DB) != nil && c.Signer == "" {
		return nil, nil
	}
	return c.key(ctx)
}

func (c *labCheckCommand) key(ctx context.Context) (ed25519.PublicKey, error) {
	if c.Signer != "" {
		key, err := lab.ReadKey(string(c.Signer))
		if err != nil {
			return nil, usageError{fmt.Errorf("--signer: %w", err)}
		}
		return key, nil
	}
	if err := expectDatabase(c.DB); err != nil {
		return nil, usageError{fmt.Errorf("--db must name the database of the site that signed the record, or --signer its key: %w", err)}
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

// details says how long a task took, how many hints were opened, and what was predicted.
func details(task lab.Done) string {
	said := (time.Duration(task.Took) * time.Second).String()
	if task.Hints > 0 {
		said += ", " + tell.Count(int64(task.Hints), "hint")
	}
	switch {
	case task.Outcome == "":
		return said
	case task.Predicted == "":
		return said + ", not predicted"
	case task.Predicted == task.Outcome:
		return said + ", predicted right"
	}
	return said + ", predicted wrong"
}
