package speaker

import (
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

func TestMultipath(t *testing.T) {
	v := &shown{want: &bgpconf.Instance{ASN: 65000}}
	five := uint32(5)
	path := func(change func(*bgpview.Path)) bgpview.Path {
		p := bgpview.Path{Neighbor: "10.0.0.1", SourceASN: 65001, ASPath: "65001 65010", Origin: "IGP"}
		change(&p)
		return p
	}
	for what, c := range map[string]struct {
		other bgpview.Path
		want  bool
	}{
		"same":           {path(func(*bgpview.Path) {}), true},
		"another AS":     {path(func(p *bgpview.Path) { p.SourceASN, p.ASPath = 65002, "65002 65010" }), true},
		"longer":         {path(func(p *bgpview.Path) { p.ASPath += " 65011" }), false},
		"MED":            {path(func(p *bgpview.Path) { p.MED = &five }), false},
		"preference":     {path(func(p *bgpview.Path) { p.LocalPref = &five }), false},
		"origin":         {path(func(p *bgpview.Path) { p.Origin = "incomplete" }), false},
		"internal":       {path(func(p *bgpview.Path) { p.SourceASN = 65000 }), false},
		"next hop gone":  {path(func(p *bgpview.Path) { p.Invalid = true }), false},
		"of this switch": {path(func(p *bgpview.Path) { p.Neighbor = "" }), false},
	} {
		paths := []bgpview.Path{path(func(p *bgpview.Path) { p.Best = true }), c.other}
		if v.markMultipath(paths); paths[0].Multipath || paths[1].Multipath != c.want {
			t.Errorf("%s: multipath %t, want %t", what, paths[1].Multipath, c.want)
		}
	}
}

func TestPathLength(t *testing.T) {
	for path, want := range map[string]uint32{"": 0, "65001": 1, "65001 65002": 2, "(65010 65011) 65001 {1,2}": 2, "(65010)": 0, "[65010,65011] 7": 1} {
		if got := pathLength(path); got != want {
			t.Errorf("%q: %d, want %d", path, got, want)
		}
	}
}
