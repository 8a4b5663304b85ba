package asicd

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"github.com/heddle-nos/heddle/internal/process"
)

// configEnv makes the test program run as asicd with that configuration, so that
// a test can kill it.
const configEnv = "HEDDLE_TEST_ASICD"

func TestMain(m *testing.M) {
	text := os.Getenv(configEnv)
	if text == "" {
		code := m.Run()
		cleanShim()
		os.Exit(code)
	}
	var cfg Config
	if err := json.Unmarshal([]byte(text), &cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return Run(ctx, cfg) }))
}
