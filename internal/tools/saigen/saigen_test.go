package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai/spec"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	s, err := spec.Parse(os.DirFS("testdata/spec"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range files {
		golden := filepath.Join("testdata/golden", strings.ReplaceAll(name, "/", "_")+".golden")
		if *update {
			if err := writeChanged(golden, got); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-golden +generated):\n%s", name, diff)
		}
	}
}

// The committed files are what the committed specification gives.
func TestCommittedFilesAreUpToDate(t *testing.T) {
	s, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../../../sai", name))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is stale (%v): run go generate ./sai/...", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	for c, want := range map[string]string{
		"ROUTE_ENTRY_ATTR_NEXT_HOP_ID": "RouteEntryAttrNextHopID", "OBJECT_TYPE_FDB_ENTRY": "ObjectTypeFDBEntry",
		"PORT_STAT_IF_IN_OCTETS": "PortStatIfInOctets", "BRIDGE_TYPE_1Q": "BridgeType1Q", "HOSTIF_TRAP_TYPE_DHCPV6": "HostifTrapTypeDHCPv6",
		"PORT_PATH_TRACING_TIMESTAMP_TYPE_16_23": "PortPathTracingTimestampType16_23", "port_oper_status": "PortOperStatus",
		"QOS_MAP_ATTR_TYPE": "QoSMapAttrType",
	} {
		if got := goName(c); got != want {
			t.Errorf("goName(%s) = %s, want %s", c, got, want)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	const frame = "version 1.0.0\nstruct sai_attribute_value_t 8 8\nenum sai_object_type_t\n  value NULL 0\n"
	for _, c := range []struct{ text, want string }{
		{"object a 1\n  attr X_Y 0 bool\n  attr X__Y 1 bool\n", "have the same Go name AAttrXY"},
		{"object a 1\n  attr X 0 sai_uint8_t default=lots\n", "attribute X: default"},
		{"enum sai_e_t\n  value A 0\nobject a 1\n  attr X 0 sai_e_t default=SAI_E_B\n", `default "SAI_E_B" is no value of sai_e_t`},
		{"api a 1\n  slot juggle_a\nobject a 1\n", "juggle_a has no known form"},
	} {
		s, err := spec.Parse(fstest.MapFS{"x.txt": {Data: []byte(frame + c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Generate(s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}
