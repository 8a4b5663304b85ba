package yang

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Decode reads what Encode writes, whoever wrote it. Names may come with or
// without their module. Anything that the models do not describe is an error
// that names its place.
func (j *JSON) Decode(data []byte) (Config, error) {
	s, err := j.load()
	if err != nil {
		return nil, err
	}
	var top map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&top); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("decode: something follows the object")
	}
	config := make(Config, len(top))
	for _, name := range slices.Sorted(maps.Keys(top)) {
		module, table := cutModule(name)
		t := s.tables[table]
		if t == nil || module != "" && module != t.module {
			return nil, fmt.Errorf("decode %s: unknown table", name)
		}
		if config[table] != nil {
			return nil, fmt.Errorf("decode %s: the table is there twice", name)
		}
		if config[table], err = t.decode(top[name]); err != nil {
			return nil, err
		}
	}
	return config, nil
}

// cutModule cuts module:name.
func cutModule(name string) (module, rest string) {
	module, rest, ok := strings.Cut(name, ":")
	if !ok {
		return "", name
	}
	return module, rest
}

// members gives the members of an object without their module.
func (t *table) members(where string, v any) (map[string]any, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("decode %s: is not an object", where)
	}
	out := make(map[string]any, len(object))
	for name, member := range object {
		module, rest := cutModule(name)
		if _, twice := out[rest]; twice || module != "" && module != t.module {
			return nil, fmt.Errorf("decode %s: unknown member %s", where, name)
		}
		out[rest] = member
	}
	return out, nil
}

func (t *table) decode(v any) (map[string]map[string]string, error) {
	shapes, err := t.members(t.name, v)
	if err != nil {
		return nil, err
	}
	rows := make(map[string]map[string]string)
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		i := slices.IndexFunc(t.lists, func(l *list) bool { return l.name == name })
		if i < 0 {
			return nil, fmt.Errorf("decode %s: has no %s", t.name, name)
		}
		l := t.lists[i]
		objects := []any{shapes[name]}
		if l.keys != nil {
			var ok bool
			if objects, ok = shapes[name].([]any); !ok {
				return nil, fmt.Errorf("decode %s: %s is not a list", t.name, name)
			}
		}
		for _, o := range objects {
			if err := t.decodeRow(l, o, rows); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// decodeRow adds a row.
func (t *table) decodeRow(l *list, v any, rows map[string]map[string]string) error {
	members, err := t.members(t.name+"/"+l.name, v)
	if err != nil {
		return err
	}
	key, err := l.decodeKey(members)
	if err != nil {
		return err
	}
	if rows[key] != nil {
		return fmt.Errorf("decode %s|%s: the row is there twice", t.name, key)
	}
	row := make(map[string]string)
	for name, member := range members {
		if slices.Contains(l.keys, name) {
			continue
		}
		if l.mapKey != nil && name == mapName {
			err = t.decodeEntries(l, member, row)
		} else {
			err = l.decodeField(name, member, row)
		}
		if err != nil {
			return fmt.Errorf("decode %s|%s %w", t.name, key, err)
		}
	}
	rows[key] = row
	return nil
}

func (l *list) decodeKey(members map[string]any) (string, error) {
	if l.keys == nil {
		return l.only, nil
	}
	parts := make([]string, len(l.keys))
	for i, name := range l.keys {
		text, err := scalar(members[name])
		if err == nil && strings.Contains(text, "|") {
			err = fmt.Errorf("%q has a | in it", text)
		}
		if err != nil {
			return "", fmt.Errorf("decode %s/%s: key %s: %w", l.table, l.name, name, err)
		}
		parts[i] = text
	}
	return strings.Join(parts, "|"), nil
}

func (l *list) decodeField(name string, v any, row map[string]string) error {
	f := l.fields[name]
	if f == nil {
		return fmt.Errorf("%s: unknown field", name)
	}
	if !f.multiple {
		text, err := scalar(v)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		row[name] = text
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("%s: is not a list", name)
	}
	texts := make([]string, len(list))
	for i, e := range list {
		text, err := scalar(e)
		if err == nil && (strings.Contains(text, ",") || text == "") {
			err = fmt.Errorf("%q cannot be an element of a list", text)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		texts[i] = text
	}
	row[name+"@"] = strings.Join(texts, ",")
	return nil
}

// decodeEntries adds the fields of any name.
func (t *table) decodeEntries(l *list, v any, row map[string]string) error {
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("%s: is not a list", mapName)
	}
	for _, e := range list {
		members, err := t.members(t.name+"/"+l.name+"/"+mapName, e)
		if err != nil {
			return err
		}
		name, err1 := scalar(members[l.mapKey.name])
		value, err2 := scalar(members[l.mapValue.name])
		if err1 != nil || err2 != nil || len(members) != 2 {
			return fmt.Errorf("%s: is not a %s and a %s", mapName, l.mapKey.name, l.mapValue.name)
		}
		if _, twice := row[name]; twice {
			return fmt.Errorf("%s: %s is there twice", mapName, name)
		}
		row[name] = value
	}
	return nil
}

// scalar gives a value as the database has it.
func scalar(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		if v {
			return "true", nil
		}
		return "false", nil
	case nil:
		return "", errors.New("is missing")
	}
	return "", errors.New("is not a single value")
}
