package sairedis_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/heddle-nos/heddle/daemons/asicd"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware/library"
	"github.com/heddle-nos/heddle/hal/softasic/control/planetest"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// buildLibrary compiles the software ASIC's libsai.so once.
var buildLibrary = sync.OnceValues(func() (string, error) {
	sources, err := filepath.Glob("../../hal/softasic/libsai/*.c")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "libsai")
	if err != nil {
		return "", err
	}
	so := filepath.Join(dir, "libsai.so")
	args := append([]string{"-std=gnu11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-o", so}, sources...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return so, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if so, err := buildLibrary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(so))
	}
	os.Exit(code)
}

// newSoftRig starts a syncd that has loaded the software ASIC's library, with an
// asicd behind it whose pipeline is in memory.
func newSoftRig(t testing.TB, ports int) *rig {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("needs gcc to build libsai.so")
	}
	so, err := buildLibrary()
	if err != nil {
		t.Fatal(err)
	}
	socket := startAsicd(t, ports)
	return startRig(t, redistest.Start(t), "", func(_ string, _ map[string]string, log *slog.Logger) (hardware.ASIC, func() error, error) {
		return library.Open(so, map[string]string{"HEDDLE_ASIC_SOCKET": socket}, log)
	})
}

// startAsicd returns the socket of an asicd.
func startAsicd(t testing.TB, ports int) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "asicd") // a unix socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	board := asicd.Board{MAC: "02:00:00:00:00:01"}
	for i, p := range frontPanel(ports) {
		name := "eth" + string(rune('a'+i))
		board.Ports = append(board.Ports, asicd.BoardPort{Name: name, Netdev: name, Lanes: p.Lanes, Speed: p.Speed})
	}
	cfg := asicd.Config{Board: board, Socket: filepath.Join(dir, "s"), StateDir: filepath.Join(dir, "state"), ReadyFile: filepath.Join(dir, "ready"),
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	r := &rig{t: t}
	r.live(func(ctx context.Context) error { return asicd.Serve(ctx, cfg, planetest.New()) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := process.WaitReady(ctx, cfg.ReadyFile); err != nil {
		t.Fatalf("asicd does not serve: %v", err)
	}
	return cfg.Socket
}
