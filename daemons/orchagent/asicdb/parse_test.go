package asicdb

import (
	"errors"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

func TestPortStates(t *testing.T) {
	got, err := ParsePortStates(`[{"port_id":"oid:0x1000000000002","port_state":"SAI_PORT_OPER_STATUS_UP","port_error_status":"SAI_PORT_ERROR_STATUS_CLEAR"},` +
		`{"port_id":"oid:0x1000000000003","port_state":"SAI_PORT_OPER_STATUS_NOT_PRESENT"}]`)
	if err != nil || len(got) != 2 || got[0] != (PortState{0x1000000000002, true}) || got[1] != (PortState{0x1000000000003, false}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "{}", `[{"port_id":1}]`, `[{"port_id":"0x1"}]`} {
		if _, err := ParsePortStates(bad); err == nil || !strings.Contains(err.Error(), NotifyPortState) {
			t.Errorf("%q: got error %v", bad, err)
		}
	}
}

func TestFDBEvents(t *testing.T) {
	const entry = `"fdb_entry":"{\"bvid\":\"oid:0x26000000000002\",\"mac\":\"52:54:00:00:00:02\",\"switch_id\":\"oid:0x21000000000000\"}"`
	got, err := ParseFDBEvents(`[{` + entry + `,"fdb_event":"SAI_FDB_EVENT_MOVE","list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"oid:0x3a000000000007"},{"id":"NEW","value":"1"}]}]`)
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	want := FDBEvent{
		Event: sai.FDBEventMove, Port: 0x3a000000000007, Type: sai.FDBEntryTypeDynamic,
		Entry: sai.FDBEntry{Switch: SwitchVID, BV: 0x26000000000002, MAC: sai.MAC{0x52, 0x54, 0, 0, 0, 2}},
	}
	if got[0] != want {
		t.Errorf("got %+v, want %+v", got[0], want)
	}
	for _, bad := range []string{"", "[", `[{"fdb_entry":"{}","fdb_event":"SAI_FDB_EVENT_LEARNED"}]`, `[{` + entry + `,"fdb_event":"SAI_FDB_EVENT_LOST"}]`} {
		if _, err := ParseFDBEvents(bad); err == nil || !strings.Contains(err.Error(), NotifyFDB) {
			t.Errorf("%q: got error %v", bad, err)
		}
	}
}

func TestBulkAnswers(t *testing.T) {
	ok := []string{"SAI_STATUS_SUCCESS", "", "SAI_STATUS_TABLE_FULL", ""}
	for _, tt := range []struct {
		name string
		r    Response
		want []sai.Status
		err  error
	}{
		{"all well", Response{sai.StatusSuccess, []string{"SAI_STATUS_SUCCESS", "", "SAI_STATUS_SUCCESS", ""}}, []sai.Status{0, 0}, nil},
		{"one failed", Response{sai.StatusFailure, ok}, []sai.Status{sai.StatusSuccess, sai.StatusTableFull}, nil},
		{"refused whole", Response{sai.StatusInvalidParameter, nil}, []sai.Status{sai.StatusInvalidParameter, sai.StatusInvalidParameter}, nil},
		{"of another request", Response{sai.StatusSuccess, ok[:2]}, nil, ErrOutOfStep},
		{"nonsense", Response{sai.StatusFailure, []string{"x", "", "y", ""}}, nil, ErrOutOfStep},
	} {
		got, err := tt.r.statuses(2)
		if !errors.Is(err, tt.err) || len(got) != len(tt.want) {
			t.Errorf("%s: got %v, %v", tt.name, got, err)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
			}
		}
	}
}

func TestAllocatedIDs(t *testing.T) {
	if SwitchVID != 0x21000000000000 || TypeOf(SwitchVID) != sai.ObjectTypeSwitch {
		t.Errorf("switch is %s", SwitchVID)
	}
	if got := TypeOf(0x39000000000028); got != sai.ObjectTypeBridge {
		t.Errorf("oid:0x39000000000028 is a %s", got)
	}
}

func FuzzNotifications(f *testing.F) {
	f.Add(`[{"port_id":"oid:0x1","port_state":"x"}]`)
	f.Add(`[{"fdb_entry":"{\"bvid\":\"oid:0x1\",\"mac\":\"52:54:00:00:00:02\",\"switch_id\":\"oid:0x21\"}","fdb_event":"SAI_FDB_EVENT_AGED","list":[{"id":"","value":""}]}]`)
	f.Fuzz(func(_ *testing.T, data string) {
		_, _ = ParsePortStates(data)
		_, _ = ParseFDBEvents(data)
	})
}

func FuzzAnswers(f *testing.F) {
	f.Add("SAI_STATUS_FAILURE", "SAI_STATUS_SUCCESS", "", 1)
	f.Fuzz(func(t *testing.T, key, field, value string, n int) {
		r, err := parseResponse(statedb.QueueItem{Key: key, Values: []string{field, value}})
		if err != nil || n < 0 || n > 4 {
			return
		}
		if list, err := r.statuses(n); err == nil && len(list) != n {
			t.Errorf("%d statuses for %d objects", len(list), n)
		}
		_, _, _ = decodeGet(sai.ObjectTypeSwitch, r)
	})
}
