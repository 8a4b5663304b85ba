package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// platformFile is SONiC's platform.json, as far as it concerns ports.
type platformFile struct {
	Interfaces map[string]struct {
		Index string    `json:"index"`
		Lanes string    `json:"lanes"`
		Modes modeTable `json:"breakout_modes"`
	} `json:"interfaces"`
}

// modeTable keeps the order in which the file names the modes.
type modeTable []Mode

// UnmarshalJSON reads an object of modes and their aliases.
func (t *modeTable) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	if tok, err := d.Token(); err != nil || tok != json.Delim('{') {
		return errors.New("breakout_modes is no object of modes and their aliases")
	}
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		m := Mode{Name: fmt.Sprint(tok)}
		if err := d.Decode(&m.Aliases); err != nil {
			return fmt.Errorf("breakout mode %q: %w", m.Name, err)
		}
		*t = append(*t, m)
	}
	return nil
}

// hwskuFile is SONiC's hwsku.json.
type hwskuFile struct {
	Interfaces map[string]struct {
		Default string `json:"default_brkout_mode"`
	} `json:"interfaces"`
}

// maxFile bounds what is read of a board's file.
const maxFile = 4 << 20

// readSONiC reads platform.json and hwsku.json.
func readSONiC(platform, hwsku string) (Board, error) {
	var p platformFile
	var h hwskuFile
	if err := readJSON(platform, &p); err != nil {
		return Board{}, err
	}
	if err := readJSON(hwsku, &h); err != nil {
		return Board{}, err
	}
	var b Board
	for _, name := range slices.Sorted(maps.Keys(p.Interfaces)) {
		in := p.Interfaces[name]
		s := Socket{Name: name, Modes: in.Modes, Default: h.Interfaces[name].Default}
		var err error
		if s.Lanes, err = numbers[uint32](in.Lanes); err != nil {
			return Board{}, fmt.Errorf("board %s: %s: lanes: %w", platform, name, err)
		}
		if s.Index, err = numbers[int](in.Index); err != nil {
			return Board{}, fmt.Errorf("board %s: %s: index: %w", platform, name, err)
		}
		b.Sockets = append(b.Sockets, s)
	}
	if err := b.check(); err != nil {
		return Board{}, fmt.Errorf("board %s: %w", platform, err)
	}
	return b, nil
}

func readJSON(file string, into any) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxFile)).Decode(into); err != nil {
		return fmt.Errorf("board %s: %w", file, err)
	}
	return nil
}

func numbers[T uint32 | int](list string) ([]T, error) {
	var out []T
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", text)
		}
		out = append(out, T(n))
	}
	return out, nil
}
