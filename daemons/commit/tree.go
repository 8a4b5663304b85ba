package commit

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Tree gives a configuration as JSON has it: objects, and lists for fields
// that hold lists.
func Tree(c Config) map[string]any {
	out := make(map[string]any, len(c))
	for table, rows := range c {
		keys := make(map[string]any, len(rows))
		for key, row := range rows {
			keys[key] = rowTree(row)
		}
		out[table] = keys
	}
	return out
}

func rowTree(row Row) map[string]any {
	fields := make(map[string]any, len(row))
	for stored, v := range row {
		name, isList := strings.CutSuffix(stored, "@")
		switch {
		case stored == nullField:
		case !isList:
			fields[name] = v
		case v == "":
			fields[name] = []any{}
		default:
			var list []any
			for e := range strings.SplitSeq(v, ",") {
				list = append(list, e)
			}
			fields[name] = list
		}
	}
	return fields
}

// FromTree is the way back. A table without rows is refused: the database
// cannot hold one.
func FromTree(tree any) (Config, error) {
	c := make(Config)
	err := eachMember("", tree, func(table string, rows any) error {
		if table == "" || strings.Contains(table, separator) {
			return fmt.Errorf("%q is not the name of a table", table)
		}
		keys, _ := rows.(map[string]any)
		if keys != nil && len(keys) == 0 {
			return fmt.Errorf("table %s would be empty, which the database cannot hold; remove the table", table)
		}
		return eachMember(table, rows, func(key string, fields any) error {
			if key == "" {
				return fmt.Errorf("%s: a row has an empty key", table)
			}
			row, err := rowFromTree(table+separator+key, fields)
			c.put(table, key, row)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func eachMember(where string, v any, f func(name string, member any) error) error {
	object, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: want an object", orRoot(where))
	}
	for _, name := range sorted(object) {
		if i := strings.IndexFunc(name, unicode.IsControl); i >= 0 {
			return fmt.Errorf("%s: the name %q has a control character", orRoot(where), name)
		}
		if err := f(name, object[name]); err != nil {
			return err
		}
	}
	return nil
}

func orRoot(where string) string {
	if where == "" {
		return "the configuration"
	}
	return where
}

func rowFromTree(where string, fields any) (Row, error) {
	row := make(Row)
	err := eachMember(where, fields, func(field string, v any) error {
		list, isList := v.([]any)
		if !isList {
			text, err := scalarText(where+" "+field, v)
			row[field] = text
			return err
		}
		texts := make([]string, len(list))
		for i, e := range list {
			text, err := scalarText(where+" "+field, e)
			if err != nil {
				return err
			}
			texts[i] = text
		}
		row[strings.TrimSuffix(field, "@")+"@"] = strings.Join(texts, ",")
		return nil
	})
	dropNull(row)
	return row, err
}

func scalarText(where string, v any) (string, error) {
	switch v := v.(type) {
	case string:
		clean := strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(v)
		if strings.IndexFunc(clean, unicode.IsControl) >= 0 {
			return "", fmt.Errorf("%s: the value %q has a control character", where, v)
		}
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return fmt.Sprint(v), nil
	case nil:
		return "", fmt.Errorf("%s: null is not a value; leave the field out", where)
	}
	return "", fmt.Errorf("%s: want a string or a list of strings", where)
}
