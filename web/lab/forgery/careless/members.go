package careless

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Member of a JSON object.
type Member struct {
	Name  string
	Value jsontext.Value
}

// Members are those of an object in their order, also those that stand twice.
func Members(object []byte) (members []Member, err error) {
	in := jsontext.NewDecoder(bytes.NewReader(object), jsontext.AllowDuplicateNames(true))
	if _, err := in.ReadToken(); err != nil {
		return nil, err
	}
	for in.PeekKind() == '"' {
		name, err := in.ReadToken()
		if err != nil {
			return nil, err
		}
		m := Member{Name: name.String()}
		value, err := in.ReadValue()
		if err != nil {
			return nil, err
		}
		m.Value = value.Clone()
		members = append(members, m)
	}
	_, err = in.ReadToken()
	return members, err
}

// Object writes members as an object, in their order.
func Object(members []Member) []byte {
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(m.Name)
		if err != nil {
			panic(err) // only a name that is not UTF-8, and those are not read
		}
		out = append(append(append(out, name...), ':'), m.Value...)
	}
	return append(out, '}')
}

// With returns the members with one of them set, in its place or at the end.
func With(members []Member, name string, value any) []Member {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // only a type that cannot be JSON
	}
	members = slices.Clone(members)
	for i := range members {
		if members[i].Name == name {
			members[i].Value = text
			return members
		}
	}
	return append(members, Member{name, text})
}
