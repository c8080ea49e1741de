package sqlite

import (
	"database/sql/driver"
	"fmt"
)

// scan copies the columns of a row into variables. SQLite keeps any type in any column, and who
// changes a database by hand makes use of that: whatever is there can be read as a text or as bytes.
func scan(columns []driver.Value, into []any) error {
	if len(columns) != len(into) {
		return fmt.Errorf("%d columns for %d variables", len(columns), len(into))
	}
	for i, column := range columns {
		ok := column != nil
		switch variable := into[i].(type) {
		case *string:
			*variable = text(column)
		case *[]byte:
			*variable = bytes(column)
		case *int64:
			*variable, ok = column.(int64)
		case *bool:
			var number int64
			number, ok = column.(int64)
			*variable = number != 0
		default:
			return fmt.Errorf("nothing is scanned into a %T", variable)
		}
		if !ok {
			return fmt.Errorf("column %d holds a %T", i+1, column)
		}
	}
	return nil
}

func text(column driver.Value) string {
	switch value := column.(type) {
	case string:
		return value
	case []byte:
		return string(value)
	}
	return fmt.Sprint(column)
}

func bytes(column driver.Value) []byte {
	if value, ok := column.([]byte); ok {
		return value
	}
	return []byte(text(column))
}
