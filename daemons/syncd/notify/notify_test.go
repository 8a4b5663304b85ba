package notify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
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
	learned := event.FDB{Event: sai.FDBEventLearned, Entry: entry, Attrs: []sai.Attr{
		{ID: sai.FDBEntryAttrType, Value: sai.Enum(sai.FDBEntryTypeDynamic)},
		{ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(0x3a000000000004)},
	}}
	const learnedJSON = key + `"fdb_event":"SAI_FDB_EVENT_LEARNED","list":[` +
		`{"id":"SAI_FDB_ENTRY_ATTR_TYPE","value":"SAI_FDB_ENTRY_TYPE_DYNAMIC"},` +
		`{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"oid:0x3a000000000004"}]}`
	aged := event.FDB{Event: sai.FDBEventAged, Entry: entry}
	const agedJSON = key + `"fdb_event":"SAI_FDB_EVENT_AGED","list":[]}`
	for _, c := range []struct {
		in   []event.FDB
		want string
	}{
		{nil, "[]"},
		{[]event.FDB{learned}, "[" + learnedJSON + "]"},
		{[]event.FDB{learned, aged}, "[" + learnedJSON + "," + agedJSON + "]"},
	} {
		op, data, err := FDB(c.in)
		if err != nil {
			t.Errorf("%v: %v", c.in, err)
		}
		check(t, op, data, "fdb_event", c.want)
	}
	bad := event.FDB{Entry: entry, Attrs: []sai.Attr{{ID: 0xffff, Value: sai.U8(1)}}}
	if op, data, err := FDB([]event.FDB{learned, bad}); err == nil || op != "" || data != "" {
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
		op, data := PortState([]event.Port{
			{Port: port, Status: sai.PortOperStatusDown, Errors: c.errors},
			{Port: port + 1, Status: sai.PortOperStatusUp},
		})
		check(t, op, data, "port_state_change", `[{"port_error_status":"`+c.want+
			`","port_id":"oid:0x1000000000002","port_state":"SAI_PORT_OPER_STATUS_DOWN"},`+
			`{"port_error_status":"SAI_PORT_ERROR_STATUS_CLEAR","port_id":"oid:0x1000000000003","port_state":"SAI_PORT_OPER_STATUS_UP"}]`)
	}
}

func TestSwitch(t *testing.T) {
	op, data := SwitchState(event.Switch{Switch: sw, Status: sai.SwitchOperStatusUp})
	check(t, op, data, "switch_state_change", `{"status":"SAI_SWITCH_OPER_STATUS_UP","switch_id":"oid:0x21000000000000"}`)
	op, data = Shutdown(event.Shutdown{Switch: sw})
	check(t, op, data, "switch_shutdown_request", `{"switch_id":"oid:0x21000000000000"}`)
}

func TestRare(t *testing.T) {
	const queue, session = sai.ObjectID(0x15000000000005), sai.ObjectID(0x45000000000006)
	op, data, err := Deadlock([]event.Deadlock{{Queue: queue, Event: sai.QueuePfcDeadlockEventTypeDetected}, {Queue: queue, Event: sai.QueuePfcDeadlockEventTypeRecovered}})
	check(t, op, data, "queue_deadlock", `[{"event":"SAI_QUEUE_PFC_DEADLOCK_EVENT_TYPE_DETECTED","queue_id":"oid:0x15000000000005"},`+
		`{"event":"SAI_QUEUE_PFC_DEADLOCK_EVENT_TYPE_RECOVERED","queue_id":"oid:0x15000000000005"}]`)
	noError(t, err)
	op, data, err = BFD([]event.BFD{{Session: session, State: sai.BFDSessionStateUp}})
	check(t, op, data, "bfd_session_state_change", `[{"bfd_session_id":"oid:0x45000000000006","session_state":"SAI_BFD_SESSION_STATE_UP"}]`)
	noError(t, err)
	op, data, err = ICMPEcho([]event.ICMPEcho{{Session: session, State: sai.ICMPEchoSessionStateDown}})
	check(t, op, data, "icmp_echo_session_state_change", `[{"icmp_echo_session_id":"oid:0x45000000000006","session_state":"SAI_ICMP_ECHO_SESSION_STATE_DOWN"}]`)
	noError(t, err)
	op, data, err = TxReady(event.TxReady{Switch: sw, Port: port, Status: sai.PortHostTxReadyStatusReady})
	check(t, op, data, "port_host_tx_ready",
		`{"host_tx_ready_status":"SAI_PORT_HOST_TX_READY_STATUS_READY","port_id":"oid:0x1000000000002","switch_id":"oid:0x21000000000000"}`)
	noError(t, err)
}

func TestNAT(t *testing.T) {
	entry := sai.NATEntry{Switch: sw, VR: 0x3000000000007, Type: sai.NATTypeSourceNAT}
	op, data, err := NAT([]event.NAT{{Event: sai.NATEventAged, Entry: entry}})
	noError(t, err)
	if op != "nat_event" || !strings.HasPrefix(data, `[{"nat_entry":"{\"nat_data\":`) || !strings.HasSuffix(data, `","nat_event":"SAI_NAT_EVENT_AGED"}]`) {
		t.Errorf("got %s %s", op, data)
	}
}

func TestHealth(t *testing.T) {
	op, data, err := Health(event.Health{Switch: sw, Severity: sai.SwitchAsicSdkHealthSeverityFatal,
		Category: sai.SwitchAsicSdkHealthCategoryFw, Time: sai.Timespec{TvSec: 7, TvNsec: 8}, Text: "hot"})
	check(t, op, data, "switch_asic_sdk_health_event", `{"category":"SAI_SWITCH_ASIC_SDK_HEALTH_CATEGORY_FW",`+
		`"data.data_type":"SAI_HEALTH_DATA_TYPE_GENERAL","description":"3:104,111,116","severity":"SAI_SWITCH_ASIC_SDK_HEALTH_SEVERITY_FATAL",`+
		`"switch_id":"oid:0x21000000000000","timestamp":"{\"tv_nsec\":\"8\",\"tv_sec\":\"7\"}"}`)
	noError(t, err)
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
