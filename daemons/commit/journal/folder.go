package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	commitEnd  = ".json"
	pendingEnd = ".pending"
	baseEnd    = ".base.gz"
)

// folder is what the journal's folder holds, by number, ascending.
type folder struct {
	commits, pending, bases []uint64
}

func (j *Journal) path(number uint64, end string) string {
	return filepath.Join(j.dir, fmt.Sprintf("%08d%s", number, end))
}

// look lists the folder; one that does not exist is empty.
func (j *Journal) look() (folder, error) {
	var f folder
	entries, err := os.ReadDir(j.dir)
	if err != nil && !absent(err) {
		return f, fmt.Errorf("read journal: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		for end, list := range map[string]*[]uint64{commitEnd: &f.commits, pendingEnd: &f.pending, baseEnd: &f.bases} {
			digits, ok := strings.CutSuffix(name, end)
			if !ok {
				continue
			}
			if n, err := strconv.ParseUint(digits, 10, 64); err == nil {
				*list = append(*list, n)
			}
		}
	}
	for _, list := range [][]uint64{f.commits, f.pending, f.bases} {
		slices.Sort(list)
	}
	return f, nil
}

// last gives the newest commit, 0 when there is none.
func (f folder) last() uint64 {
	if len(f.commits) == 0 {
		return 0
	}
	return f.commits[len(f.commits)-1]
}

// next gives the number of the next commit.
func (f folder) next() uint64 {
	n := f.last()
	for _, list := range [][]uint64{f.pending, f.bases} {
		if len(list) > 0 {
			n = max(n, list[len(list)-1])
		}
	}
	return n + 1
}

// baseFor gives the newest whole configuration at or before a commit.
func (f folder) baseFor(number uint64) (uint64, bool) {
	i, found := slices.BinarySearch(f.bases, number)
	if found {
		return number, true
	}
	if i == 0 {
		return 0, false
	}
	return f.bases[i-1], true
}
