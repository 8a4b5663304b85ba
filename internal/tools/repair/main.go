// Command repair copies libraries with faults that must not reach a switch and that no release has repaired, makes the repair in the copy, and
// writes a go.mod for `go build -modfile` that uses the copy.
//
// A repair is a few lines and says what it is for. One whose place is not found, because the library is another version, is an error.
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// repair replaces a text, which must be there once, in a file of a module.
type repair struct{ module, file, old, new string }

// repairs are all that is changed in GoBGP 3.37.0.
//
// It reads beyond the end of an MP_REACH_NLRI of three bytes: a panic of the process, by one UPDATE of a neighbour. Whatever it trips over while
// it reads a message now ends that neighbour's session, as a malformed UPDATE does.
//
// Where a policy takes all extended communities from a path, it sends the attribute without any. Such a route is malformed, and others withdraw it
// (RFC 7606 section 7.14).
//
// A path that has been here before, by its AS_PATH or ORIGINATOR_ID, it leaves out, and keeps the one that it replaces: traffic goes in a loop.
var repairs = []repair{{
	module: "github.com/osrg/gobgp/v3", file: "pkg/server/fsm.go",
	old: "func (h *fsmHandler) recvMessageWithError() (*fsmMsg, error) {\n",
	new: `func (h *fsmHandler) recvMessageWithError() (msg *fsmMsg, failed error) {
	defer func() {
		if r := recover(); r != nil {
			failed = bgp.NewMessageError(bgp.BGP_ERROR_UPDATE_MESSAGE_ERROR, bgp.BGP_ERROR_SUB_MALFORMED_ATTRIBUTE_LIST, nil, fmt.Sprintf("read a message: %v", r))
			msg = &fsmMsg{fsm: h.fsm, MsgType: fsmMsgBGPMessage, MsgSrc: h.fsm.pConf.State.NeighborAddress, MsgData: failed, timestamp: time.Now()}
		}
	}()
`,
}, {
	module: "github.com/osrg/gobgp/v3", file: "internal/pkg/table/path.go",
	old: "doReplace bool) {\n\tattr := path.getPathAttr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES)\n",
	new: `doReplace bool) {
	if doReplace && len(exts) == 0 {
		path.delPathAttr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES)
		return
	}
	attr := path.getPathAttr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES)
`,
}, {
	module: "github.com/osrg/gobgp/v3", file: "pkg/server/peer.go",
	old: "hasOwnASLoop(localAS, allowOwnAS, aspath) {\n\t\t\t\t\tpath.SetRejected(true)\n",
	new: "hasOwnASLoop(localAS, allowOwnAS, aspath) {\n\t\t\t\t\tpath.SetRejected(true)\n\t\t\t\t\tpaths = append(paths, path.Clone(true))\n",
}, {
	module: "github.com/osrg/gobgp/v3", file: "pkg/server/peer.go",
	old: "\"Data\":         path})\n\t\t\t\t\tpath.SetRejected(true)\n",
	new: "\"Data\":         path})\n\t\t\t\t\tpath.SetRejected(true)\n\t\t\t\t\tpaths = append(paths, path.Clone(true))\n",
}}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: repair DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Args[1], ".", repairs, moduleDir); err != nil {
		fmt.Fprintln(os.Stderr, "repair:", err)
		os.Exit(1)
	}
}

// write makes the copies in a directory below the one that has go.mod, and beside them repaired.mod and repaired.sum.
func write(dir, root string, repairs []repair, find func(module string) (string, error)) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	text, copied := string(mod), make(map[string]string)
	for _, r := range repairs {
		if copied[r.module] == "" {
			place := filepath.Join(dir, strings.ReplaceAll(r.module, "/", "_"))
			home, err := find(r.module)
			if err != nil {
				return err
			}
			if err := copyModule(home, filepath.Join(root, place)); err != nil {
				return fmt.Errorf("copy %s: %w", r.module, err)
			}
			copied[r.module] = filepath.Join(root, place)
			text += fmt.Sprintf("\nreplace %s => ./%s\n", r.module, filepath.ToSlash(place))
		}
		if err := r.apply(copied[r.module]); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(root, dir, "repaired.sum"), sum, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, dir, "repaired.mod"), []byte(text), 0o644)
}

// apply makes the repair in a copy of the module.
func (r repair) apply(copied string) error {
	file := filepath.Join(copied, filepath.FromSlash(r.file))
	source, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if n := strings.Count(string(source), r.old); n != 1 {
		return fmt.Errorf("%s of %s: the text to replace is there %d times, want once: %.60q", r.file, r.module, n, r.old)
	}
	return os.WriteFile(file, []byte(strings.Replace(string(source), r.old, r.new, 1)), 0o644)
}

// copyModule copies what is compiled of a module. What an earlier run left goes first: it may be of another version.
func copyModule(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && name != "go.mod":
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), source, 0o644)
	})
}

// moduleDir is where the module cache has a module, which is fetched if it is not there yet.
func moduleDir(module string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		return "", fmt.Errorf("fetch module %s: %w: %s", module, err, out)
	}
	var got struct{ Dir string }
	if err := json.Unmarshal(out, &got); err != nil || got.Dir == "" {
		return "", fmt.Errorf("fetch module %s: no directory in %q: %w", module, out, err)
	}
	return got.Dir, nil
}
