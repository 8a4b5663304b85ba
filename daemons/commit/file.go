package commit

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/heddle-nos/heddle/internal/durable"
)

// ReadFile reads and parses a config_db.json.
func ReadFile(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	c, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %s: %w", path, err)
	}
	return c, nil
}

// WriteFile replaces a config_db.json so that a reader, or the next boot after
// a power cut, sees the old or the new file and never a part of one.
func WriteFile(path string, c Config) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("save configuration: %w", err)
	}
	if err := durable.WriteFile(path, Format(c), 0o644); err != nil {
		return fmt.Errorf("save configuration: %w", err)
	}
	return nil
}
