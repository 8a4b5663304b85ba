package hashing_test

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/hashing"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/sai"
)

var update = flag.Bool("update", false, "write the objects into the scripts")

func TestRender(t *testing.T) { objecttest.Run(t, *update, hashing.Render) }

func TestCapable(t *testing.T) {
	able := publish.Answer{Create: true, Set: true, Get: true}
	fields, algorithms := able, able
	fields.Values = []int32{int32(sai.NativeHashFieldSrcIP), int32(sai.NativeHashFieldInPort), int32(sai.NativeHashFieldMPLSLabel0)}
	algorithms.Values = []int32{int32(sai.HashAlgorithmCrcXor), int32(sai.HashAlgorithmCrc), int32(sai.HashAlgorithmNone)}
	got := hashing.Capable([]publish.Answer{fields, {Get: true}, {}, algorithms, {}})
	want := map[string]string{
		"ECMP_HASH_CAPABLE": "true", "LAG_HASH_CAPABLE": "false", "HASH|NATIVE_HASH_FIELD_LIST": "IN_PORT,SRC_IP",
		"ECMP_HASH_ALGORITHM_CAPABLE": "true", "LAG_HASH_ALGORITHM_CAPABLE": "false",
		"ECMP_HASH_ALGORITHM": "CRC,CRC_XOR", "LAG_HASH_ALGORITHM": "N/A",
	}
	if len(got) != 1 || got[0].Table != "SWITCH_CAPABILITY" || got[0].Key != "switch" {
		t.Fatalf("got %v", got)
	}
	if diff := cmp.Diff(want, got[0].Fields); diff != "" {
		t.Error(diff)
	}
}
