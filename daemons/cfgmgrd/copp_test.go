package cfgmgrd

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestRenderCoPP(t *testing.T) {
	in := configure(t,
		"COPP_GROUP|queue4_group1 trap_action=trap queue=4",
		"COPP_GROUP|queue1_group1 trap_action=trap cir=600 cbs=600",
		"COPP_GROUP|default queue=0",
		"COPP_TRAP|bgp trap_ids=bgp,bgpv6 trap_group=queue4_group1",
		"COPP_TRAP|lacp trap_ids=lacp trap_group=queue4_group1 always_enabled=true",
		"COPP_TRAP|sflow trap_ids=sample_packet trap_group=queue1_group1",
		"COPP_TRAP|ip2me trap_ids=ip2me trap_group=queue1_group1",
		"COPP_TRAP|nat trap_ids=src_nat_miss trap_group=none",
		"FEATURE|lacp state=disabled", "FEATURE|sflow state=disabled", "FEATURE|bgp state=enabled",
	)
	p := render(in)
	want := rows{
		"queue4_group1": {"trap_action": "trap", "queue": "4", "trap_ids": "bgp,bgpv6,lacp"},
		"queue1_group1": {"trap_action": "trap", "cir": "600", "cbs": "600", "trap_ids": "ip2me"},
		"default":       {"queue": "0"},
	}
	if d := cmp.Diff(want, p.copp); d != "" {
		t.Error(d)
	}
	if len(p.dangling) != 1 || p.dangling[0].row != (rowRef{"COPP_TRAP", "nat"}) {
		t.Errorf("dangling: %v", p.dangling)
	}
	if err := in.take("COPP_TRAP", statedb.KeyOp{Key: "bgp", Op: statedb.OpDel}); err != nil {
		t.Fatal(err)
	}
	if got := render(in).copp["queue4_group1"]["trap_ids"]; got != "lacp" {
		t.Errorf("after a trap was deleted: %q", got)
	}
}
