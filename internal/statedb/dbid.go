package statedb

import "strconv"

// DBID names one of the databases. The value is the customary id; database_config.json may choose another.
type DBID int

// The databases of a switch.
const (
	ApplDB         DBID = 0
	AsicDB         DBID = 1
	CountersDB     DBID = 2
	LogLevelDB     DBID = 3
	ConfigDB       DBID = 4
	FlexCounterDB  DBID = 5
	StateDB        DBID = 6
	SnmpOverlayDB  DBID = 7
	GBAsicDB       DBID = 9
	GBCountersDB   DBID = 10
	GBFlexDB       DBID = 11
	ChassisAppDB   DBID = 12
	ChassisStateDB DBID = 13
	ApplStateDB    DBID = 14
	BMPStateDB     DBID = 20
)

// defaultDatabase describes a database as a plain SONiC system has it.
type defaultDatabase struct {
	id        DBID
	name      string
	separator string
}

func defaultDatabases() []defaultDatabase {
	return []defaultDatabase{
		{ApplDB, "APPL_DB", ":"},
		{AsicDB, "ASIC_DB", ":"},
		{CountersDB, "COUNTERS_DB", ":"},
		{LogLevelDB, "LOGLEVEL_DB", ":"},
		{ConfigDB, "CONFIG_DB", "|"},
		{FlexCounterDB, "FLEX_COUNTER_DB", ":"},
		{FlexCounterDB, "PFC_WD_DB", ":"},
		{StateDB, "STATE_DB", "|"},
		{SnmpOverlayDB, "SNMP_OVERLAY_DB", "|"},
		{GBAsicDB, "GB_ASIC_DB", ":"},
		{GBCountersDB, "GB_COUNTERS_DB", ":"},
		{GBFlexDB, "GB_FLEX_COUNTER_DB", ":"},
		{ChassisAppDB, "CHASSIS_APP_DB", "|"},
		{ChassisStateDB, "CHASSIS_STATE_DB", "|"},
		{ApplStateDB, "APPL_STATE_DB", ":"},
		{BMPStateDB, "BMP_STATE_DB", "|"},
	}
}

// String is the database's name in database_config.json.
func (id DBID) String() string {
	for _, d := range defaultDatabases() {
		if d.id == id {
			return d.name
		}
	}
	return "DB" + strconv.Itoa(int(id))
}

func (id DBID) defaultSeparator() string {
	for _, d := range defaultDatabases() {
		if d.id == id {
			return d.separator
		}
	}
	return ":"
}
