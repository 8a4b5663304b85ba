package port

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	nameMap     = "COUNTERS_PORT_NAME_MAP"
	flexTable   = "FLEX_COUNTER_TABLE"
	counterList = "PORT_COUNTER_ID_LIST"
	group       = "PORT_STAT_COUNTER:"
)

// counters are the SAI names of a port's counters that are polled, without
// their prefix.
func counters() string {
	names := []string{
		"IF_IN_OCTETS", "IF_IN_UCAST_PKTS", "IF_IN_NON_UCAST_PKTS", "IF_IN_DISCARDS", "IF_IN_ERRORS",
		"IF_IN_BROADCAST_PKTS", "IF_IN_MULTICAST_PKTS",
		"IF_OUT_OCTETS", "IF_OUT_UCAST_PKTS", "IF_OUT_NON_UCAST_PKTS", "IF_OUT_DISCARDS", "IF_OUT_ERRORS",
		"IF_OUT_BROADCAST_PKTS", "IF_OUT_MULTICAST_PKTS",
	}
	return "SAI_PORT_STAT_" + strings.Join(names, ",SAI_PORT_STAT_")
}

// Publish tells that a port is ready, what its counters are called, and that
// they are to be polled.
func Publish(ev publish.Event) []publish.Write {
	switch ev.Object.Type {
	case sai.ObjectTypePort:
		return publishPort(ev)
	case sai.ObjectTypeHostif:
		return publishHostif(ev)
	}
	return nil
}

func publishPort(ev publish.Event) []publish.Write {
	name := ev.Object.Key.Name()
	if ev.Object.Key == object.CPUPort {
		return nil
	}
	if ev.Gone {
		return []publish.Write{
			publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: ""}),
			publish.Delete(statedb.FlexCounterDB, flexTable, group+ev.VID),
		}
	}
	return []publish.Write{
		publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: ev.VID}),
		publish.Set(statedb.FlexCounterDB, flexTable, group+ev.VID, map[string]string{counterList: counters()}),
	}
}

func publishHostif(ev publish.Event) []publish.Write {
	at := ev.Object.Attr(sai.HostifAttrObjID)
	if at == nil || len(at.Refs) != 1 || at.Refs[0].Kind() != "port" {
		return nil
	}
	name := ev.Object.Key.Name()
	if ev.Gone {
		return []publish.Write{publish.Delete(statedb.StateDB, schema.StateTablePort, name)}
	}
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTablePort, name, map[string]string{"state": schema.StateOK})}
}
