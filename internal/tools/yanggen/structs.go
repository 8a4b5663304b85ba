package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
	"github.com/openconfig/ygot/gogen"
	"github.com/openconfig/ygot/ygen"
)

// structsDir is the package of the structs, seen from package yang.
const structsDir = "configdb"

// sharedFile holds what is of no module.
const sharedFile = "root"

// Structs has ygot write Go structs of the models: a file for each module, one
// for what they share, and their schema as compressed JSON.
func Structs(m *Model, dir string) (map[string][]byte, error) {
	plain, err := os.MkdirTemp("", "yanggen")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(plain)
	if err := plainUnions(dir, plain); err != nil {
		return nil, err
	}
	var modules []string
	for _, t := range m.Tables {
		modules = append(modules, filepath.Join(plain, t.Module+".yang"))
	}
	slices.Sort(modules)
	code, errs := generator().Generate(slices.Compact(modules), []string{plain})
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	w := &structWriter{revisions: m.Revisions, names: newNames(m, code), modules: make(map[string]*bytes.Buffer)}
	w.share(code)
	files, err := w.files()
	if err != nil {
		return nil, err
	}
	schema, err := compress([]byte(w.names.replace(string(code.RawJSONSchema))))
	files[structsDir+"/schema_gen.json.gz"] = schema
	return files, err
}

// plainUnions copies modules with texts instead of references in unions, and
// references that ask nothing of the row: ygot cannot follow the others. That
// they lead somewhere is for package yang to check.
func plainUnions(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.yang"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		statements, err := yang.Parse(string(text), filepath.Base(file))
		if err != nil {
			return err
		}
		var out bytes.Buffer
		for _, s := range statements {
			plainUnion(s, false)
			if err := s.Write(&out, ""); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), out.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// withoutPredicates finds what a step of a path asks of its list.
var withoutPredicates = regexp.MustCompile(`\[[^]]*\]`)

func plainUnion(s *yang.Statement, inUnion bool) {
	if s.Keyword == "path" {
		s.Argument = withoutPredicates.ReplaceAllString(s.Argument, "")
	}
	isType := s.Keyword == "type"
	if isType && inUnion && s.Argument == "leafref" {
		s.Argument = "string"
	}
	for _, sub := range s.SubStatements() {
		plainUnion(sub, isType && s.Argument == "union")
	}
}

func generator() *gogen.CodeGenerator {
	return gogen.New("yanggen", ygen.IROptions{
		TransformationOptions: ygen.TransformationOpts{
			GenerateFakeRoot:                     true,
			FakeRootName:                         "device",
			ShortenEnumLeafNames:                 true,
			UseDefiningModuleForTypedefEnumNames: true,
			EnumerationsUseUnderscores:           true,
		},
	}, gogen.GoOpts{
		PackageName:          structsDir,
		GenerateJSONSchema:   true,
		GenerateSimpleUnions: true,
		ValidateFunctionName: "Validate",
		IncludeModelData:     true,
	})
}

// names shortens ygot's names of structs: tables are unique without their
// module, and most rows without their table.
type names struct{ long, short []string }

func newNames(m *Model, code *gogen.GeneratedCode) names {
	tables := make(map[string]bool)
	for _, t := range m.Tables {
		tables[t.Name] = true
	}
	short := make(map[string]string) // long name without the module -> short
	for _, t := range m.Tables {
		for _, r := range t.Rows {
			if strings.HasPrefix(r.Name, t.Name) && !tables[r.Name] {
				short[t.Name+"_"+r.Name] = r.Name
			}
		}
	}
	var n names
	for _, s := range code.Structs {
		_, name, ok := strings.Cut(s.StructName, "_")
		if !ok {
			continue
		}
		if better := short[name]; better != "" {
			name = better
		}
		n.long, n.short = append(n.long, s.StructName), append(n.short, name)
	}
	return n
}

// identifier matches the names that ygot makes of a module and what is in it.
var identifier = regexp.MustCompile(`Heddle[A-Za-z0-9]*_\w+`)

// replace shortens the names of structs, and of what is named after one.
func (n names) replace(text string) string {
	known := make(map[string]string, len(n.long))
	for i, long := range n.long {
		known[long] = n.short[i]
	}
	return identifier.ReplaceAllStringFunc(text, func(word string) string {
		for cut := len(word); cut > 0; cut = strings.LastIndexByte(word[:cut], '_') {
			if short, ok := known[word[:cut]]; ok {
				return short + word[cut:]
			}
		}
		return word
	})
}

// structWriter gathers code by file.
type structWriter struct {
	revisions map[string]string
	names     names
	modules   map[string]*bytes.Buffer
}

// moduleOf gives the file that a name belongs to.
func moduleOf(name string) string {
	module, _, ok := strings.Cut(strings.TrimPrefix(name, "E_"), "_")
	if !ok || !strings.HasPrefix(module, "Heddle") {
		return sharedFile
	}
	return strings.ToLower(strings.TrimPrefix(module, "Heddle"))
}

func (w *structWriter) add(file, text string) {
	if w.modules[file] == nil {
		w.modules[file] = new(bytes.Buffer)
	}
	w.modules[file].WriteString(w.names.replace(text) + "\n")
}

// modelName finds a module in the list that a gNMI server tells its clients.
var modelName = regexp.MustCompile(`(?m)^\s*Name:\s*"([\w-]+)",$`)

// enumName finds the type that a piece of code defines.
var enumName = regexp.MustCompile(`(?m)^type (E_\w+) int64`)

func (w *structWriter) share(code *gogen.GeneratedCode) {
	for _, s := range code.Structs {
		w.add(moduleOf(s.StructName), s.String())
	}
	for _, e := range code.Enums {
		file := sharedFile
		if m := enumName.FindStringSubmatch(e); m != nil {
			file = moduleOf(m[1])
		}
		w.add(file, e)
	}
	w.add("enums", code.EnumMap+code.EnumTypeMap)
	header := code.OneOffHeader
	header = modelName.ReplaceAllStringFunc(header, func(line string) string {
		return line + fmt.Sprintf("\n\t\tVersion: %q,", w.revisions[modelName.FindStringSubmatch(line)[1]])
	})
	w.add(sharedFile, "//go:embed schema_gen.json.gz\nvar ySchema []byte\n"+header)
}

// files writes each file with the imports that it uses.
func (w *structWriter) files() (map[string][]byte, error) {
	out := make(map[string][]byte)
	for file, body := range w.modules {
		var head bytes.Buffer
		head.WriteString("// Code generated by yanggen with ygot. DO NOT EDIT.\n\npackage " + structsDir + "\n\nimport (\n")
		for _, i := range []struct{ use, path string }{
			{"go:embed", `_ "embed"`}, {"json.", `"encoding/json"`}, {"fmt.", `"fmt"`}, {"reflect.", `"reflect"`},
			{"yang.", `"github.com/openconfig/goyang/pkg/yang"`}, {"ygot.", `"github.com/openconfig/ygot/ygot"`}, {"ytypes.", `"github.com/openconfig/ygot/ytypes"`}, {"gpb.", `gpb "github.com/openconfig/gnmi/proto/gnmi"`},
		} {
			if uses(body.String(), i.use) {
				head.WriteString("\t" + i.path + "\n")
			}
		}
		head.WriteString(")\n\n")
		text, err := format.Source(append(head.Bytes(), body.Bytes()...))
		if err != nil {
			return nil, fmt.Errorf("format %s: %w", file, err)
		}
		out[structsDir+"/"+file+"_gen.go"] = text
	}
	return out, nil
}

// uses looks for a package's name in code, not in comments.
func uses(code, word string) bool {
	for line := range strings.Lines(code) {
		text, _, _ := strings.Cut(line, "// ")
		if regexp.MustCompile(`(^|[^\w.]|\.\.\.)` + regexp.QuoteMeta(word)).MatchString(text) {
			return true
		}
	}
	return false
}

func compress(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
