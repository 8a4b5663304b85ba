package board

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"gopkg.in/yaml.v3"
)

// models are the boards that are compiled in, by the name of their platform.
//
//go:embed models/*.yaml
var models embed.FS

// Model is a board as its file writes it.
type Model struct {
	Platform string          `yaml:"platform"`
	HwSKU    string          `yaml:"hwsku"`
	Kinds    map[string]Kind `yaml:"kinds"`
	Sockets  []ModelSocket   `yaml:"sockets"`
}

// Kind is what sockets have in common.
type Kind struct {
	Default string   `yaml:"default"`
	Modes   []string `yaml:"modes,flow"`
}

// ModelSocket is a socket of a Model. Its ports are called alias/1, alias/2 and
// so on where there are several.
type ModelSocket struct {
	Name  string   `yaml:"name"`
	Kind  string   `yaml:"kind"`
	Index int      `yaml:"index"`
	Alias string   `yaml:"alias"`
	Lanes []uint32 `yaml:"lanes,flow"`
}

// Parse reads a board's file.
func Parse(text []byte) (Board, error) {
	var m Model
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil {
		return Board{}, err
	}
	return m.board()
}

// Format writes a board's file.
func (m Model) Format() ([]byte, error) { return yaml.Marshal(m) }

func (m Model) board() (Board, error) {
	var b Board
	for _, ms := range m.Sockets {
		kind, ok := m.Kinds[ms.Kind]
		if !ok {
			return Board{}, fmt.Errorf("socket %q: no kind %q", ms.Name, ms.Kind)
		}
		s := Socket{Name: ms.Name, Lanes: ms.Lanes, Default: kind.Default}
		for range ms.Lanes {
			s.Index = append(s.Index, ms.Index)
		}
		for _, mode := range kind.Modes {
			groups, err := parseMode(mode, len(ms.Lanes))
			if err != nil {
				return Board{}, fmt.Errorf("socket %q: %w", ms.Name, err)
			}
			s.Modes = append(s.Modes, Mode{Name: mode, Aliases: ms.aliases(groups)})
		}
		b.Sockets = append(b.Sockets, s)
	}
	return b, b.check()
}

func (ms ModelSocket) aliases(groups []group) []string {
	total := 0
	for _, g := range groups {
		total += g.ports
	}
	if total == 1 {
		return []string{ms.Alias}
	}
	list := make([]string, total)
	for i := range list {
		list[i] = ms.Alias + "/" + strconv.Itoa(i+1)
	}
	return list
}

// builtIn gives a board that is compiled in.
func builtIn(platform string) (Board, bool, error) {
	text, err := models.ReadFile("models/" + platform + ".yaml")
	if errors.Is(err, fs.ErrNotExist) || platform == "" {
		return Board{}, false, nil
	}
	if err != nil {
		return Board{}, false, err
	}
	b, err := Parse(text)
	return b, true, err
}

// SoftwareKinds are the kinds of sockets that the software switch can have, by
// their number of lanes.
func SoftwareKinds() map[int]string {
	return map[int]string{1: "sfp28", 2: "sfp-dd", 4: "qsfp28", 8: "qsfp-dd"}
}

// SoftwareModel gives the kinds of the software switch without sockets, for
// whoever knows better which it has.
func SoftwareModel() (Model, error) {
	var m Model
	text, err := models.ReadFile("models/x86_64-heddle_software-r0.yaml")
	if err != nil {
		return m, err
	}
	if err := yaml.Unmarshal(text, &m); err != nil {
		return m, err
	}
	m.Sockets = nil
	return m, nil
}
