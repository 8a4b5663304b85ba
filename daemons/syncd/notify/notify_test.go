package notify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/sai"
)

const (
	sw   = sai.ObjectID(0x21000000000000)
	port = sai.ObjectID(0x1000000000002)
)

// check compares a notification with its operation and its data.
func check(t *testing.T, op, data, wantOp, wantData string) {
	t.Helper()
	if d := cmp.Diff([]string{wantOp, wantData}, []string{op, data}); d != "" {
		t.Error(d)
	}
}

func TestFDB(t *testing.T) {
	entry := sai.FDBEntry{Switch: sw, MAC: sai.MAC{0, 1, 2, 3, 4, 5}, BV: 0x26000000000003}
	const key = `{"fdb_entry":"{\"bvid\":\"oid:0x26000000000003\",\"mac\":\"00:01:02:03:04:05\",\"switch_id\":\"oid:0x21000000000000\"}",`
	learned := hardware.FDBEvent{Event: sai.FDBEventLearned, Entry: entry, Attrs: []sai.Attr{
		{ID: sai.FDBEntryAttrType, Value: sai.Enum(sai.FDBEntryTypeDynamic)},
		{ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(0x3a000000000004)},
	}}
	const learnedJSON = key + `"fdb_event":"SAI_FDB_EVENT_LEARNED","list":[` +
		`{"id":"SAI_FDB_ENTRY_ATTR_TYPE","value":"SAI_FDB_ENTRY_TYPE_DYNAMIC"},` +
		`{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"oid:0x3a000000000004"}]}`
	aged := hardware.FDBEvent{Event: sai.FDBEventAged, Entry: entry}
	const agedJSON = key + `"fdb_event":"SAI_FDB_EVENT_AGED","list":[]}`
	for _, c := range []struct {
		in   []hardware.FDBEvent
		want string
	}{
		{nil, "[]"},
		{[]hardware.FDBEvent{learned}, "[" + learnedJSON + "]"},
		{[]hardware.FDBEvent{learned, aged}, "[" + learnedJSON + "," + agedJSON + "]"},
	} {
		op, data, err := FDB(c.in)
		if err != nil {
			t.Errorf("%v: %v", c.in, err)
		}
		check(t, op, data, "fdb_event", c.want)
	}
	bad := hardware.FDBEvent{Entry: entry, Attrs: []sai.Attr{{ID: 0xffff, Value: sai.U8(1)}}}
	if op, data, err := FDB([]hardware.FDBEvent{learned, bad}); err == nil || op != "" || data != "" {
		t.Errorf("unknown attribute: got %q %q, %v", op, data, err)
	}
}

func TestPortState(t *testing.T) {
	for _, c := range []struct {
		errors sai.PortErrorStatus
		want   string
	}{
		{0, "SAI_PORT_ERROR_STATUS_CLEAR"},
		{sai.PortErrorStatusHighSer, "SAI_PORT_ERROR_STATUS_HIGH_SER"},
		{sai.PortErrorStatusMACLocalFault | sai.PortErrorStatusHighBer,
			"SAI_PORT_ERROR_STATUS_MAC_LOCAL_FAULT|SAI_PORT_ERROR_STATUS_HIGH_BER"},
	} {
		op, data := PortState([]hardware.PortEvent{
			{Port: port, Status: sai.PortOperStatusDown, Errors: c.errors},
			{Port: port + 1, Status: sai.PortOperStatusUp},
		})
		check(t, op, data, "port_state_change", `[{"port_error_status":"`+c.want+
			`","port_id":"oid:0x1000000000002","port_state":"SAI_PORT_OPER_STATUS_DOWN"},`+
			`{"port_error_status":"SAI_PORT_ERROR_STATUS_CLEAR","port_id":"oid:0x1000000000003","port_state":"SAI_PORT_OPER_STATUS_UP"}]`)
	}
}

func TestSwitch(t *testing.T) {
	op, data := SwitchState(hardware.SwitchEvent{Switch: sw, Status: sai.SwitchOperStatusUp})
	check(t, op, data, "switch_state_change", `{"status":"SAI_SWITCH_OPER_STATUS_UP","switch_id":"oid:0x21000000000000"}`)
	op, data = Shutdown(hardware.ShutdownEvent{Switch: sw})
	check(t, op, data, "switch_shutdown_request", `{"switch_id":"oid:0x21000000000000"}`)
}
