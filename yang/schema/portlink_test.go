package schema_test

import (
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/yang/schema"
)

func TestAdvertised(t *testing.T) {
	for _, c := range []struct {
		text string
		want []uint32
		ok   bool
	}{
		{"all", nil, true}, {"100000,40000,100000", []uint32{40000, 100000}, true},
		{"", nil, false}, {"all,40000", nil, false}, {"fast", nil, false}, {"0", nil, false}, {"1,", nil, false},
	} {
		var a schema.AdvSpeeds
		err := a.UnmarshalText([]byte(c.text))
		if (err == nil) != c.ok || c.ok && !slices.Equal(a.List(), c.want) {
			t.Errorf("%q: got %v, %v", c.text, a.List(), err)
		}
	}
	var types schema.AdvTypes
	if err := types.UnmarshalText([]byte("CR4,CR,CR4")); err != nil || !slices.Equal(types.List(), []schema.PortMedium{"CR", "CR4"}) {
		t.Errorf("got %v, %v", types.List(), err)
	}
	if err := types.UnmarshalText([]byte("CR4,rope")); err == nil {
		t.Error("an unknown medium is accepted")
	}
}
