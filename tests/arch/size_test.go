package arch_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Limits of the house style. Generated files are not read by people and have none.
const (
	maxFileLines     = 500
	maxFunctionLines = 60
	maxMainLines     = 60
)

// bannedNames are package names that say nothing.
var bannedNames = []string{"util", "utils", "common", "helpers", "helper", "manager", "base", "misc"}

func TestFileSize(t *testing.T) {
	for _, p := range packages(t) {
		for _, file := range p.allFiles() {
			source := read(t, file)
			if lines := bytes.Count(source, []byte("\n")); !generated(source) && lines > maxFileLines {
				t.Errorf("%s has %d lines, %d at most", file, lines, maxFileLines)
			}
		}
	}
}

func TestMainSize(t *testing.T) {
	for _, p := range packages(t) {
		if top(p.path()) != "cmd" {
			continue
		}
		for _, file := range p.sources() {
			if lines := bytes.Count(read(t, file), []byte("\n")); lines > maxMainLines {
				t.Errorf("%s has %d lines, %d at most", file, lines, maxMainLines)
			}
		}
	}
}

func TestFunctions(t *testing.T) {
	for _, p := range packages(t) {
		for _, file := range p.sources() {
			if source := read(t, file); !generated(source) {
				checkFunctions(t, p, file, source)
			}
		}
	}
}

func checkFunctions(t *testing.T, p goPackage, file string, source []byte) {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("parse %s: %v", file, err)
		return
	}
	for _, declaration := range tree.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := set.Position(function.End()).Line - set.Position(function.Pos()).Line + 1
		if lines > maxFunctionLines {
			t.Errorf("%s: %s has %d lines, %d at most", file, function.Name.Name, lines, maxFunctionLines)
		}
		if function.Name.Name == "init" && function.Recv == nil {
			t.Errorf("%s: init() has hidden effects: use a constructor", file)
		}
	}
	checkExit(t, p, set, tree)
}

// checkExit keeps os.Exit in main packages.
func checkExit(t *testing.T, p goPackage, set *token.FileSet, tree *ast.File) {
	t.Helper()
	if p.Name == "main" {
		return
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != "Exit" {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == "os" {
			t.Errorf("%s: os.Exit outside main", set.Position(selector.Pos()))
		}
		return true
	})
}

func TestPackagesAreDocumented(t *testing.T) {
	for _, p := range packages(t) {
		if p.Name == "main" || len(p.GoFiles)+len(p.CgoFiles) == 0 {
			continue
		}
		if _, err := os.Stat(filepath.Join(p.Dir, "doc.go")); err != nil {
			t.Errorf("%s has no doc.go", p.path())
		}
	}
}

func TestPackageNames(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(bannedNames, p.Name) {
			t.Errorf("%s: %q is no noun that says what it is", p.path(), p.Name)
		}
	}
}

func generated(source []byte) bool {
	for line := range strings.Lines(string(source[:min(len(source), 2000)])) {
		if strings.HasPrefix(line, "// Code generated ") && strings.Contains(line, "DO NOT EDIT.") {
			return true
		}
	}
	return false
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return source
}
