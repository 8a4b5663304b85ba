package arguments_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/arguments"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// below makes `config vlan NAME`.
func below(name string) *cobra.Command {
	root, group, leaf := &cobra.Command{Use: "config"}, &cobra.Command{Use: "vlan"}, &cobra.Command{Use: name}
	root.AddCommand(group)
	group.AddCommand(leaf)
	return leaf
}

func TestValuesAreTheSwitchs(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client(t)
	db := client.DB(statedb.ConfigDB)
	for _, row := range [][2]string{
		{"VLAN", "Vlan9"}, {"VLAN", "Vlan100"}, {"PORT", "Ethernet12"}, {"PORT", "Ethernet4"}, {"PORTCHANNEL", "PortChannel1"},
		{"BGP_NEIGHBOR", "192.0.2.1"}, {"BGP_NEIGHBOR", "VrfRed|192.0.2.9"}, {"LOOPBACK_INTERFACE", "Loopback0"}, {"LOOPBACK_INTERFACE", "Loopback0|192.0.2.1/32"},
	} {
		if err := db.Set(t.Context(), row[0], row[1], statedb.Fields{"NULL": "NULL"}); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if err := server.Config().Write(dir + "/database_config.json"); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return map[string]string{"HEDDLE_RUN_DIR": dir}[name] }
	s := &session.Session{Getenv: getenv, Paths: paths.From(getenv)}
	defer s.Close()
	book := arguments.New(s)
	for _, tt := range []struct {
		command, name string
		want          []string
	}{
		{"del", "vid", []string{"9", "100"}},
		{"del", "VLAN_ID", []string{"9", "100"}},
		{"add", "vid", nil}, // it makes one
		{"del", "port_name", []string{"Ethernet4", "Ethernet12", "PortChannel1"}},
		{"del", "interface-name", []string{"Ethernet4", "Ethernet12", "Loopback0", "PortChannel1", "Vlan9", "Vlan100"}},
		{"del", "neighbor_ip_or_hostname", []string{"192.0.2.1", "192.0.2.9"}},
		{"del", "nothing_known", nil},
	} {
		a := book.About(below(tt.command), tt.name)
		var got []string
		if a.Values != nil {
			got = a.Values(t.Context())
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.command, tt.name, d)
		}
	}
	if help := book.About(below("del"), "vid").Help; help != "A VLAN, 1 to 4094" {
		t.Errorf("help of vid: %q", help)
	}
}
