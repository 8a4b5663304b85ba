package session

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"
)

// Format is how a command prints what it shows.
type Format struct {
	JSON, YAML bool
}

// Flags adds --json and --yaml to a command.
func (f *Format) Flags(flags *pflag.FlagSet) {
	flags.BoolVarP(&f.JSON, "json", "j", false, "Print JSON")
	flags.BoolVar(&f.YAML, "yaml", false, "Print YAML")
}

// Structured says whether the operator wants values instead of text.
func (f *Format) Structured() bool { return f.JSON || f.YAML }

// Write prints a value as indented JSON or as YAML.
func (f *Format) Write(w io.Writer, value any) error {
	if f.YAML {
		return writeYAML(w, value)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "    ")
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

// writeYAML writes a value as YAML with the names, order and types of its JSON. JSON is YAML, so its text is read as such and laid out anew.
func writeYAML(w io.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("lay out as yaml: %w", err)
	}
	inBlocks(&doc)
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return err
	}
	return enc.Close()
}

// inBlocks takes JSON's braces and quotes away. A text that YAML would read as something else keeps its quotes.
func inBlocks(n *yaml.Node) {
	quoted := n.Kind == yaml.ScalarNode && n.Tag == "!!str"
	n.Style = 0
	if quoted {
		n.SetString(n.Value)
	}
	for _, c := range n.Content {
		inBlocks(c)
	}
}
