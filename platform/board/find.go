package board

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrNone reports that nothing tells how the switch can be broken out.
var ErrNone = errors.New("no board file")

// Where says where a switch's board may be described.
type Where struct {
	File      string // of this project's form; wins
	DeviceDir string // SONiC's, with a directory for each platform
	Platform  string // as DEVICE_METADATA names it
	HwSKU     string
}

// Find reads the board of a switch: its own file, SONiC's files of its platform,
// or the model of the platform that is compiled in.
func Find(w Where) (Board, error) {
	text, err := os.ReadFile(w.File)
	if err == nil {
		b, err := Parse(text)
		if err != nil {
			err = fmt.Errorf("board %s: %w", w.File, err)
		}
		return b, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Board{}, fmt.Errorf("board: %w", err)
	}
	if strings.ContainsAny(w.Platform+w.HwSKU, "/\x00") {
		return Board{}, fmt.Errorf("board of platform %q, hwsku %q: %w", w.Platform, w.HwSKU, ErrNone)
	}
	if platform, hwsku, ok := w.sonic(); ok {
		return readSONiC(platform, hwsku)
	}
	b, ok, err := builtIn(w.Platform)
	switch {
	case err != nil:
		return Board{}, fmt.Errorf("board of platform %s: %w", w.Platform, err)
	case !ok:
		return Board{}, fmt.Errorf("board of platform %q: %w", w.Platform, ErrNone)
	}
	return b, nil
}

// sonic finds SONiC's two files; one alone does not count there either.
func (w Where) sonic() (platform, hwsku string, ok bool) {
	dir := filepath.Join(w.DeviceDir, w.Platform)
	platform, hwsku = filepath.Join(dir, "platform.json"), filepath.Join(dir, w.HwSKU, "hwsku.json")
	for _, file := range []string{platform, hwsku} {
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			return "", "", false
		}
	}
	return platform, hwsku, true
}
