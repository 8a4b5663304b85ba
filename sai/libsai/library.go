package libsai

/*
#include <stdlib.h>
#include "bridge.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
)

// Errors of Open, for errors.Is.
var (
	ErrNoLibrary = errors.New("library cannot be loaded")
	ErrNoSymbol  = errors.New("symbol is missing")
	ErrVersion   = errors.New("interface version is not supported")
	ErrNoAPI     = errors.New("api table is missing")
	ErrTooMany   = errors.New("too many libraries are open")
)

// Library is a loaded libsai.so. It implements sai.Driver. Calls into the
// library are made one at a time: not every vendor's is safe for concurrent use.
type Library struct {
	log     *slog.Logger
	symbols map[string]unsafe.Pointer
	tables  [sai.APIMax]unsafe.Pointer
	version uint64
	slot    int
	profile *arena // keys and values; the library may keep pointers to them

	mu     sync.Mutex  // held during every call into the library
	arenas chan *arena // free ones, for reuse
	events chan event.Event
	lost   atomic.Uint64
	closed atomic.Bool
}

var _ sai.Driver = (*Library)(nil)

// required are the functions without which a library is useless.
var required = []string{"sai_api_initialize", "sai_api_query", "sai_api_uninitialize", "sai_query_api_version"}

// optional are global functions that may be missing.
var optional = []string{
	"sai_log_set", "sai_object_type_query", "sai_get_object_count", "sai_get_object_key", "sai_query_attribute_capability",
	"sai_query_attribute_enum_values_capability", "sai_object_type_get_availability", "sai_query_stats_capability",
	"sai_bulk_object_get_stats",
}

// Open loads a library, initializes it with the profile (keys such as
// SAI_KEY_INIT_CONFIG_FILE) and queries its API tables. A library stays in the
// process even after Close: vendors' libraries do not survive unloading.
func Open(path string, profile map[string]string, log *slog.Logger) (*Library, error) {
	l := &Library{log: log, arenas: make(chan *arena, 4), events: make(chan event.Event, notificationQueue), profile: &arena{}}
	if err := l.open(path, profile); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return l, nil
}

func (l *Library) open(path string, profile map[string]string) error {
	if err := l.load(path); err != nil {
		return err
	}
	if err := l.register(); err != nil {
		return err
	}
	l.setProfile(profile)
	if s := sai.Status(C.hl_initialize(l.symbols["sai_api_initialize"], C.int(l.slot))); s != sai.StatusSuccess {
		l.unregister()
		return fmt.Errorf("sai_api_initialize: %w", s)
	}
	if err := errors.Join(l.checkVersion(), l.queryAPIs()); err != nil {
		return errors.Join(err, l.Close())
	}
	return nil
}

func (l *Library) load(path string) error {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var reason *C.char
	handle := C.hl_open(cpath, &reason)
	if handle == nil {
		return fmt.Errorf("%w: %s", ErrNoLibrary, C.GoString(reason))
	}
	l.symbols = map[string]unsafe.Pointer{}
	for _, name := range append(required, optional...) {
		cname := C.CString(name)
		l.symbols[name] = C.hl_symbol(handle, cname)
		C.free(unsafe.Pointer(cname))
	}
	for _, name := range required {
		if l.symbols[name] == nil {
			return fmt.Errorf("%s: %w", name, ErrNoSymbol)
		}
	}
	return nil
}

// setProfile copies the profile to C memory that lives as long as the process
// needs it.
func (l *Library) setProfile(profile map[string]string) {
	_, pairs := l.profile.Alloc(max(1, len(profile)) * 16)
	i := 0
	for key, value := range profile {
		for _, s := range []string{key, value} {
			addr, b := l.profile.Alloc(len(s) + 1)
			copy(b, s)
			native.PutUint64(pairs[8*i:], addr)
			i++
		}
	}
	C.hl_set_profile(C.int(l.slot), (**C.char)(unsafe.Pointer(unsafe.SliceData(pairs))), C.uint32_t(len(profile)))
}

// checkVersion accepts libraries of the same major version: within it, types
// only grow at their end.
func (l *Library) checkVersion() error {
	var v C.uint64_t
	if s := sai.Status(C.hl_query_version(l.symbols["sai_query_api_version"], &v)); s != sai.StatusSuccess {
		return fmt.Errorf("sai_query_api_version: %w", s)
	}
	l.version = uint64(v)
	if l.version/10000 != sai.Version/10000 {
		return fmt.Errorf("library has SAI %s, this program %s: %w", versionText(l.version), versionText(sai.Version), ErrVersion)
	}
	return nil
}

func versionText(v uint64) string { return fmt.Sprintf("%d.%d.%d", v/10000, v/100%100, v%100) }

// Version returns the SAI version of the library, as "1.16.4".
func (l *Library) Version() string { return versionText(l.version) }

// queryAPIs reads the tables. A library may lack any but the switch API.
func (l *Library) queryAPIs() error {
	for api := sai.APISwitch; api < sai.APIMax; api++ {
		var table unsafe.Pointer
		s := sai.Status(C.hl_api_query(l.symbols["sai_api_query"], C.int32_t(api), &table))
		switch {
		case s == sai.StatusSuccess && table != nil:
			l.tables[api] = table
		case api == sai.APISwitch:
			return fmt.Errorf("%s: status %s: %w", api, s, ErrNoAPI)
		default:
			l.log.Debug("library lacks an api", "api", api.String(), "status", s.String())
		}
	}
	return nil
}

// function returns a function of an API table, nil if there is none. The caller
// holds mu, so that the library is not closed before the function is called.
func (l *Library) function(api sai.API, slot uint8) unsafe.Pointer {
	if slot == 0 || api <= 0 || api >= sai.APIMax || l.tables[api] == nil || l.closed.Load() {
		return nil
	}
	return C.hl_function(l.tables[api], C.uint32_t(slot-1))
}

// SetLog sets how much the library logs on its own for one API.
func (l *Library) SetLog(api sai.API, level sai.LogLevel) sai.Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_log_set")
	if fn == nil {
		return sai.StatusNotImplemented
	}
	return sai.Status(C.hl_log_set(fn, C.int32_t(api), C.int32_t(level)))
}

// Close uninitializes the library. Later calls answer StatusUninitialized or
// StatusNotImplemented; the channel of notifications is closed.
func (l *Library) Close() error {
	l.mu.Lock()
	if l.closed.Swap(true) {
		l.mu.Unlock()
		return nil
	}
	s := sai.Status(C.hl_uninitialize(l.symbols["sai_api_uninitialize"]))
	l.mu.Unlock()
	l.unregister()
	for {
		select {
		case a := <-l.arenas:
			a.free()
			continue
		default:
		}
		break
	}
	if s != sai.StatusSuccess {
		return fmt.Errorf("sai_api_uninitialize: %w", s)
	}
	return nil
}

func (l *Library) arena() *arena {
	select {
	case a := <-l.arenas:
		return a
	default:
		return &arena{}
	}
}

func (l *Library) release(a *arena) {
	a.reset()
	select {
	case l.arenas <- a:
	default:
		a.free()
	}
}
