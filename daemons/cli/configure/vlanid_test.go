package configure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/yang/schema"
)

func TestVLANArguments(t *testing.T) {
	tests := []struct {
		arg      string
		multiple bool
		want     []int // nil for an error
	}{
		{"2", false, []int{2}},
		{"4094", false, []int{4094}},
		{"1", false, nil},
		{"0", false, nil},
		{"4095", false, nil},
		{"", false, nil},
		{"-5", false, nil},
		{"10-12", false, nil},
		{"99999999999999999999", false, nil},
		{"10-12", true, []int{10, 11, 12}},
		{"20,10-12,11", true, []int{10, 11, 12, 20}},
		{"7-7", true, nil},
		{"12-10", true, nil},
		{"1-3", true, nil},
		{"10,", true, nil},
		{"10-", true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.arg, func(t *testing.T) {
			got, err := vlanArguments(&cobra.Command{}, tt.arg, tt.multiple, firstVLAN)
			if (err != nil) != (tt.want == nil) {
				t.Fatalf("got %v, error %v", got, err)
			}
			if d := cmp.Diff(tt.want, got); err == nil && d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAdminTable(t *testing.T) {
	for name, want := range map[string]string{
		"Ethernet0": schema.TablePort, "PortChannel1": schema.TablePortChannel, "Vlan10": schema.TableVLAN,
		"Loopback0": schema.TableLoopbackInterface, "eth0": schema.TableMgmtPort, "Ethernet0.10": schema.TableVLANSubInterface,
	} {
		if got := adminTable(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestTranslatable(t *testing.T) {
	for text, want := range map[string]bool{
		"10.0.0.1": true, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "0.0.0.0": false,
		"127.0.0.1": false, "2001:db8::1": false, "10.0.0.1/32": false, "": false,
	} {
		if got := translatable(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
