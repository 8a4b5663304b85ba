package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

// Model is what the modules say: tables by name.
type Model struct {
	Tables    []*Table
	Events    []*Table          // notifications, each with the one row that it is
	Revisions map[string]string // the latest of each module
}

// Table is a container that is marked as a table.
type Table struct {
	Name   string
	Module string
	Entry  *yang.Entry
	Rows   []*Row
}

// Row is one shape of the rows of a table.
type Row struct {
	Name   string
	Keys   []string // nil: the key is the name
	Entry  *yang.Entry
	Fields []*yang.Entry // sorted by name, parts of the key among them
	Map    *yang.Entry   // the list of fields of any name, or nil
}

// mapName is what the list of the fields of any name is called.
const mapName = "entry"

// Load reads all modules of a directory.
func Load(dir string) (*Model, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yang"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("read %s: no modules", dir)
	}
	set := yang.NewModules()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := set.Parse(string(text), filepath.Base(file)); err != nil {
			return nil, fmt.Errorf("parse %s: %w", filepath.Base(file), err)
		}
	}
	if errs := set.Process(); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	m := &Model{Revisions: make(map[string]string)}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yang")
		module := set.Modules[name]
		if module == nil {
			return nil, fmt.Errorf("read %s: holds no module %s", filepath.Base(file), name)
		}
		m.Revisions[name] = module.Current()
		if err := m.add(name, yang.ToEntry(module)); err != nil {
			return nil, err
		}
	}
	byName := func(a, b *Table) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(m.Tables, byName)
	slices.SortFunc(m.Events, byName)
	return m, errors.Join(unique(m.Tables), unique(m.Events))
}

// add takes the tables of a module.
func (m *Model) add(module string, e *yang.Entry) error {
	if errs := e.GetErrors(); len(errs) > 0 {
		return errors.Join(errs...)
	}
	for _, c := range children(e) {
		if c.Kind == yang.NotificationEntry {
			if err := m.addEvent(module, c); err != nil {
				return err
			}
			continue
		}
		if !c.IsContainer() || !marked(c, "table") {
			return fmt.Errorf("%s: %s is no table; mark it with hx:table", yang.Source(c.Node), c.Name)
		}
		t := &Table{Name: c.Name, Module: module, Entry: c}
		for _, r := range children(c) {
			row, err := newRow(r)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, row)
		}
		if len(t.Rows) == 0 {
			return fmt.Errorf("%s: table %s has no rows", yang.Source(c.Node), c.Name)
		}
		m.Tables = append(m.Tables, t)
	}
	return nil
}

// addEvent takes a notification, whose leafs are the fields of the event.
func (m *Model) addEvent(module string, e *yang.Entry) error {
	row, err := newRow(e)
	if err != nil {
		return err
	}
	m.Events = append(m.Events, &Table{Name: e.Name, Module: module, Entry: e, Rows: []*Row{row}})
	return nil
}

func newRow(e *yang.Entry) (*Row, error) {
	r := &Row{Name: e.Name, Entry: e}
	switch {
	case e.IsList():
		r.Keys = strings.Fields(e.Key)
		if len(r.Keys) == 0 {
			return nil, fmt.Errorf("%s: list %s has no key", yang.Source(e.Node), e.Name)
		}
	case !e.IsContainer() && e.Kind != yang.NotificationEntry:
		return nil, fmt.Errorf("%s: %s is neither list nor container", yang.Source(e.Node), e.Name)
	}
	for _, f := range children(e) {
		switch {
		case f.IsLeaf(), f.IsLeafList():
			r.Fields = append(r.Fields, f)
		case f.IsList() && marked(f, "field-map") && len(f.Dir) == 2 && f.Name == mapName:
			r.Map = f
		default:
			return nil, fmt.Errorf("%s: %s is no field; a row has leafs, leaf-lists and at most one field-map, called entry, of two leafs", yang.Source(f.Node), f.Name)
		}
	}
	for _, k := range r.Keys {
		if f := e.Dir[k]; f == nil || !f.IsLeaf() {
			return nil, fmt.Errorf("%s: key %s is no leaf", yang.Source(e.Node), k)
		}
	}
	return r, nil
}

// children gives what an entry holds, sorted by name.
func children(e *yang.Entry) []*yang.Entry {
	out := make([]*yang.Entry, 0, len(e.Dir))
	for _, c := range e.Dir {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *yang.Entry) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// marked says whether an entry has an extension of heddle-ext.
func marked(e *yang.Entry, extension string) bool {
	return slices.ContainsFunc(e.Exts, func(s *yang.Statement) bool { return s.Keyword == "hx:"+extension })
}

// unique refuses a name that two modules have.
func unique(sorted []*Table) error {
	for i := 1; i < len(sorted); i++ {
		if a, b := sorted[i-1], sorted[i]; a.Name == b.Name {
			return fmt.Errorf("%s is in %s and in %s", a.Name, a.Module, b.Module)
		}
	}
	return nil
}

// find gives a field by table, row and name.
func (m *Model) find(table, row, field string) *yang.Entry {
	for _, t := range m.Tables {
		for _, r := range t.Rows {
			if t.Name == table && r.Name == row {
				return r.Entry.Dir[field]
			}
		}
	}
	return nil
}
