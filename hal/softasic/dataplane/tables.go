package dataplane

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/features"
	"golang.org/x/sys/unix"
)

// tables are the programs and maps of one pipeline.
type tables struct {
	pipelineObjects
	slots, cells []uint32 // the IPv4 FIB, shared with the kernel
	fdb          *fdbTable
	adopted      bool // the maps were there before
	mapped       [][]byte
}

func (c *Config) setDefaults() {
	for _, d := range []struct {
		v *uint32
		n uint32
	}{
		{&c.MaxFDB, 1 << 16}, {&c.MaxAdj, 1 << 17}, {&c.MaxRoutes4, 1 << 21},
		{&c.MaxRoutes6, 1 << 18}, {&c.FIB4Groups, 1 << 14},
	} {
		if *d.v == 0 {
			*d.v = d.n
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

func (c *Config) check() error {
	switch {
	case c.PinDir == "":
		return fmt.Errorf("pin directory: %w: empty", ErrInvalid)
	case c.FIB4Groups&(c.FIB4Groups-1) != 0 || c.FIB4Groups < 4 || c.FIB4Groups > 1<<20:
		return fmt.Errorf("%d groups of IPv4 cells: %w: not a power of two from 4 to 2^20", c.FIB4Groups, ErrInvalid)
	case c.MaxFDB > 1<<22:
		return fmt.Errorf("%d fdb entries: %w: more than 2^22", c.MaxFDB, ErrInvalid)
	case c.MaxAdj > 1<<24:
		return fmt.Errorf("%d adjacencies: %w: more than 2^24", c.MaxAdj, ErrInvalid)
	}
	return nil
}

// fdbWords is the size of the FDB: buckets of a power of two.
func (c *Config) fdbWords() uint32 {
	buckets := uint32(64)
	for buckets*fdbWays < c.MaxFDB*fdbSpare {
		buckets *= 2
	}
	return buckets * bucketWords
}

// sized is the pipeline with its tables at the configured sizes.
func sized(c *Config) (*ebpf.CollectionSpec, error) {
	spec, err := loadPipeline()
	if err != nil {
		return nil, fmt.Errorf("read pipeline: %w", err)
	}
	spec.Maps[pipelineMapAdjs].MaxEntries = c.MaxAdj
	spec.Maps[pipelineMapFib6].MaxEntries = c.MaxRoutes6
	spec.Maps[pipelineMapFib4Vrf].MaxEntries = c.MaxRoutes6
	cells := spec.Maps[pipelineMapFib4Cells]
	cells.ValueSize = c.FIB4Groups * 256 * 4
	fdb := spec.Maps[pipelineMapFdb]
	fdb.ValueSize = c.fdbWords() * 8
	for _, m := range []*ebpf.MapSpec{cells, fdb} {
		m.Key, m.Value = nil, nil // their types in BTF have the default size
	}
	if err := spec.Variables[pipelineVarFib4GroupMask].Set(c.FIB4Groups - 1); err != nil {
		return nil, fmt.Errorf("set group mask: %w", err)
	}
	if err := spec.Variables[pipelineVarFdbBucketMask].Set(c.fdbWords()/bucketWords - 1); err != nil {
		return nil, fmt.Errorf("set bucket mask: %w", err)
	}
	if fragsStay() {
		if err := spec.Variables[pipelineVarFragsStay].Set(uint32(1)); err != nil {
			return nil, fmt.Errorf("set what the kernel redirects: %w", err)
		}
	}
	return spec, nil
}

// fragsStay tells whether the kernel refuses to redirect frames of several
// buffers at XDP, as it does before Linux 6.3. A kernel of that age to which the
// ability was brought back is served as well, only slower.
func fragsStay() bool {
	const linux63 = 6<<16 | 3<<8
	version, err := features.LinuxVersionCode()
	return err != nil || version < linux63
}

// layout changes when a table keeps its shape but not its meaning: tables of
// another layout are not adopted.
const layout = "3"

// loadTables loads the programs and makes or adopts the maps pinned in dir.
func loadTables(c *Config) (*tables, error) {
	dir := filepath.Join(c.PinDir, "maps-"+layout)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make pin directory: %w", err)
	}
	t := &tables{}
	_, err := os.Stat(filepath.Join(dir, pipelineMapConfig))
	t.adopted = err == nil
	err = t.load(c, dir)
	if errors.Is(err, ebpf.ErrMapIncompatible) {
		c.Log.Warn("pinned tables do not fit this version: forwarding starts anew", "error", err)
		if err := removePins(c.PinDir); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make pin directory: %w", err)
		}
		t.adopted = false
		err = t.load(c, dir)
	}
	if err != nil {
		return nil, err
	}
	if err := errors.Join(t.mapTables(), removeOthers(dir)); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// removeOthers removes the tables of other layouts.
func removeOthers(dir string) error {
	all, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "maps*"))
	if err != nil {
		return fmt.Errorf("find old tables: %w", err)
	}
	for _, d := range all {
		if d != dir {
			err = errors.Join(err, os.RemoveAll(d))
		}
	}
	return err
}

func (t *tables) load(c *Config, dir string) error {
	spec, err := sized(c)
	if err != nil {
		return err
	}
	err = spec.LoadAndAssign(&t.pipelineObjects, &ebpf.CollectionOptions{Maps: ebpf.MapOptions{PinPath: dir}})
	if err != nil {
		var verifier *ebpf.VerifierError
		if errors.As(err, &verifier) {
			c.Log.Debug("program refused", "log", fmt.Sprintf("%+v", verifier))
		}
		return fmt.Errorf("load pipeline: %w", err)
	}
	return nil
}

// mapTables maps the IPv4 FIB and the FDB into memory.
func (t *tables) mapTables() error {
	var err error
	if t.slots, err = mapWords[uint32](t, t.Fib4Slots); err != nil {
		return err
	}
	if t.cells, err = mapWords[uint32](t, t.Fib4Cells); err != nil {
		return err
	}
	words, err := mapWords[uint64](t, t.Fdb)
	t.fdb = &fdbTable{words: words}
	return err
}

// mapWords maps the one value of an array into memory.
func mapWords[W uint32 | uint64](t *tables, m *ebpf.Map) ([]W, error) {
	b, err := unix.Mmap(m.FD(), 0, int(m.ValueSize()), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", m, err)
	}
	t.mapped = append(t.mapped, b)
	var w W
	return unsafe.Slice((*W)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(w))), nil
}

// close lets go of the tables; what is pinned stays.
func (t *tables) close() {
	for _, b := range t.mapped {
		_ = unix.Munmap(b)
	}
	_ = t.pipelineObjects.Close()
}

// removePins removes a switch's directory from the BPF file system. Whatever is
// pinned nowhere else and open nowhere else ends with it.
func removePins(dir string) error {
	if err := (attachments{dir: filepath.Join(dir, "links")}).detachAll(""); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove pins: %w", err)
	}
	return nil
}

// mountBPF makes sure that dir will be on a BPF file system.
func mountBPF(dir string) error {
	const root = "/sys/fs/bpf"
	for d := dir; ; d = filepath.Dir(d) {
		var st unix.Statfs_t
		switch err := unix.Statfs(d, &st); {
		case err == nil && st.Type == unix.BPF_FS_MAGIC:
			return nil
		case err == nil:
			if err := unix.Mount("bpf", root, "bpf", 0, "mode=0700"); err != nil {
				return fmt.Errorf("mount BPF file system at %s: %w", root, err)
			}
			if unix.Statfs(d, &st) == nil && st.Type == unix.BPF_FS_MAGIC {
				return nil
			}
			return fmt.Errorf("pin directory %s: %w: not on a BPF file system", dir, ErrInvalid)
		case d == filepath.Dir(d):
			return fmt.Errorf("pin directory %s: %w", dir, err)
		}
	}
}
