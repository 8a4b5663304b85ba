package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/heddle-nos/heddle/yang"
)

// yanglint takes the time that libyang's program takes beyond reading the models:
// with all rows, less that with none.
func yanglint(models string, config yang.Config) (time.Duration, error) {
	program, err := exec.LookPath("yanglint")
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "validate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	full, err := yang.NewJSON().Encode(config)
	if err != nil {
		return 0, err
	}
	modules, err := filepath.Glob(filepath.Join(models, "*.yang"))
	if err != nil || len(modules) == 0 {
		return 0, fmt.Errorf("no modules in %s", models)
	}
	var failure error
	time := func(name string, data []byte) time.Duration {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			failure = err
		}
		args := append([]string{"-p", models, "-t", "config"}, append(modules, file)...)
		return median(func() {
			out, err := exec.Command(program, args...).CombinedOutput() //nolint:noctx // ends by itself
			if err != nil || bytes.Contains(out, []byte("err :")) {
				failure = fmt.Errorf("yanglint: %v: %.500s", err, out)
			}
		})
	}
	none, all := time("none.json", []byte("{}")), time("all.json", full)
	return all - none, failure
}
