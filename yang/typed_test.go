package yang

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rowOf finds the tables in what the comment of a type says.
var rowOf = regexp.MustCompile(`row (?:\w+ )?of\s+CONFIG_DB ([A-Z0-9_]+(?:(?:,\s+|\s+or\s+)[A-Z0-9_]+)*)`)

// TestTypedRowsAreInTheModel: a field that daemons read is one that an operator
// can set, in some table that the row's type is for.
func TestTypedRowsAreInTheModel(t *testing.T) {
	files, err := filepath.Glob("schema/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no types", err)
	}
	checked := 0
	for _, file := range files {
		tree, err := goparser.ParseFile(token.NewFileSet(), file, nil, goparser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Doc == nil || g.Tok != token.TYPE {
				continue
			}
			m := rowOf.FindStringSubmatch(g.Doc.Text())
			row, isStruct := g.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType)
			if m == nil || !isStruct {
				continue
			}
			checked++
			checkTypedRow(t, g.Specs[0].(*ast.TypeSpec).Name.Name, regexp.MustCompile(`[A-Z0-9_]+`).FindAllString(m[1], -1), row)
		}
	}
	if checked < 20 {
		t.Errorf("only %d types are known as rows", checked)
	}
}

func checkTypedRow(t *testing.T, name string, tables []string, row *ast.StructType) {
	t.Helper()
	s := NewChecker().mustSchema()
	for _, f := range row.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("db"), ",")
		field := strings.TrimSuffix(tag, "@")
		if tag == "" || tag == "*" {
			continue
		}
		known := slices.ContainsFunc(tables, func(table string) bool {
			return s.tables[table] != nil && slices.ContainsFunc(s.tables[table].lists, func(l *list) bool {
				return l.fields[field] != nil && l.fields[field].multiple == (tag != field)
			})
		})
		if !known {
			t.Errorf("%s: no table of %v has a field %s of this kind", name, tables, tag)
		}
	}
}
