package main

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the generated header")

const header = "../../../hal/softasic/libsai/kinds_gen.h"

// TestHeaderIsCurrent compares the committed header with what would be generated.
func TestHeaderIsCurrent(t *testing.T) {
	want := Generate()
	if *update {
		if err := os.WriteFile(header, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(header)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is out of date: run go generate ./hal/softasic/wire", header)
	}
}
