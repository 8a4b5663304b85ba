package configure

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/platform/board"
)

// predefinedFile holds what ports are to have when they come into being.
const predefinedFile = "port_breakout_config_db.json"

// addPredefined lays what the operator keeps ready for the new ports under what
// they have by now.
func (o *breakout) addPredefined(c *commit.Candidate, ports []board.Port) error {
	file := filepath.Join(o.Paths.EtcDir, predefinedFile)
	ready, err := commit.ReadFile(file)
	if err != nil {
		o.sayf("getDefaultConfig Failed, Error: %s", err)
		return o.abortf("Port breakout Failed!!! Opting Out")
	}
	for table, rows := range ready {
		for key, row := range rows {
			if found := concerning(key, row, ports); found != nil {
				underlay(c, table, key, found)
			}
		}
	}
	return nil
}

// concerning gives what of a row is about some ports: all of it if its key names
// one of them, else the lists with only them; nil for nothing.
func concerning(key string, row commit.Row, ports []board.Port) commit.Row {
	isPort := func(name string) bool {
		return slices.ContainsFunc(ports, func(p board.Port) bool { return p.Name == name })
	}
	parts := strings.Split(key, "|")
	if isPort(parts[0]) || isPort(parts[len(parts)-1]) {
		return row
	}
	var out commit.Row
	for field, value := range row {
		if !strings.HasSuffix(field, "@") {
			continue
		}
		list := slices.DeleteFunc(strings.Split(value, ","), func(v string) bool { return !isPort(v) })
		if len(list) > 0 {
			if out == nil {
				out = commit.Row{}
			}
			out[field] = strings.Join(list, ",")
		}
	}
	return out
}

// underlay adds a row to one that wins, but for lists, which are joined.
func underlay(c *commit.Candidate, table, key string, under commit.Row) {
	have, _ := c.Row(table, key)
	row := commit.Row{}
	for field, value := range under {
		old, has := have[field]
		switch {
		case !has:
			row[field] = value
		case strings.HasSuffix(field, "@"):
			row[field] = joined(old, value)
		}
	}
	c.Set(table, key, row)
}

func joined(a, b string) string {
	list := strings.FieldsFunc(a, func(r rune) bool { return r == ',' })
	for v := range strings.SplitSeq(b, ",") {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return strings.Join(list, ",")
}
