package role

import (
	"errors"
	"testing"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		name   string
		uid    int
		asRoot bool
		groups []string
		want   Role
	}{
		{"boot script", 0, false, nil, Admin},
		{"member of sudo", 1000, true, []string{"alice", "sudo"}, Admin},
		{"admin without sudo", 1000, false, []string{"admin"}, Admin},
		{"the stronger of two groups", 1000, false, []string{"operator", "netadmin"}, NetAdmin},
		{"netadmin who became root by a rule of sudo", 1000, true, []string{"netadmin"}, NetAdmin},
		{"operator", 1000, true, []string{"operator"}, Operator},
		{"nobody's", 1000, false, []string{"alice"}, None},
		{"let in by sudo alone", 1000, true, []string{"alice"}, Admin},
	} {
		if got := Of(tt.uid, tt.asRoot, tt.groups); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestPermit(t *testing.T) {
	for _, tt := range []struct {
		role   Role
		tables []string
		denied string // table, or "all"
	}{
		{Admin, []string{"AAA"}, ""},
		{NetAdmin, []string{"VLAN", "PORT", "BGP_NEIGHBOR"}, ""},
		{NetAdmin, []string{"VLAN", "TACPLUS_SERVER"}, "TACPLUS_SERVER"},
		{NetAdmin, nil, ""},
		{Operator, []string{"VLAN"}, "all"},
		{None, []string{"VLAN"}, "all"},
	} {
		err := tt.role.Permit("alice", tt.tables)
		var denied *DeniedError
		switch {
		case tt.denied == "" && err != nil:
			t.Errorf("%s %v: %s", tt.role, tt.tables, err)
		case tt.denied == "":
		case !errors.As(err, &denied):
			t.Errorf("%s %v: %v, want a denial", tt.role, tt.tables, err)
		case tt.denied == "all" && denied.Table != "" || tt.denied != "all" && denied.Table != tt.denied:
			t.Errorf("%s %v: denied for %q, want %q", tt.role, tt.tables, denied.Table, tt.denied)
		}
	}
}

func TestGroupsOfRoot(t *testing.T) {
	groups, err := Groups(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) == 0 || groups[0] != "root" {
		t.Errorf("groups of root: %q", groups)
	}
	if _, err := Groups(4_000_000); err == nil {
		t.Error("a user who does not exist has groups")
	}
}
