package e2e_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// counted reads a counter of a port and its rate.
func counted(t *testing.T, db *statedb.Client, port, counter, rate string) (n uint64, perSecond float64) {
	t.Helper()
	counters := db.DB(statedb.CountersDB)
	oid, err := counters.Redis().HGet(t.Context(), "COUNTERS_PORT_NAME_MAP", port).Result()
	if err != nil {
		t.Fatalf("object of %s: %v", port, err)
	}
	values, _, err := counters.Get(t.Context(), "COUNTERS", oid)
	if err != nil {
		t.Fatal(err)
	}
	rates, _, err := counters.Get(t.Context(), "RATES", oid)
	if err != nil {
		t.Fatal(err)
	}
	n, _ = strconv.ParseUint(values[counter], 10, 64) // not yet polled: 0
	perSecond, _ = strconv.ParseFloat(rates[rate], 64)
	return n, perSecond
}

// TestCountersAndRates sends frames and finds them counted, with a rate that
// rises and falls, as long as the counters are polled.
func TestCountersAndRates(t *testing.T) {
	const frames = 200
	l := basic(t)
	db := database(t, l)
	p := openTap(t, l, "h6")
	unicast := func() (uint64, float64) {
		return counted(t, db, "Ethernet20", "SAI_PORT_STAT_IF_IN_UCAST_PKTS", "RX_PPS")
	}
	defer func() {
		if err := db.DB(statedb.ConfigDB).Delete(t.Context(), "FLEX_COUNTER_TABLE", "PORT"); err != nil {
			t.Error(err)
		}
	}()
	run(t, l, sw, "counterpoll", "port", "interval", "200")
	group := func() string {
		row, _, _ := db.DB(statedb.FlexCounterDB).Get(t.Context(), "FLEX_COUNTER_GROUP_TABLE", "PORT_STAT_COUNTER")
		return row["POLL_INTERVAL"] + row["FLEX_COUNTER_STATUS"]
	}
	eventually(t, soon, func() error { return expect(group() == "200enable", "group is "+group()) })

	send := func() {
		for range frames {
			p.send(t, marked(p.mac, mac(0x77), 0, "counted"))
		}
	}
	before, _ := unicast()
	sent := uint64(0)
	eventually(t, soon, func() error {
		n, rate := unicast()
		if n == before+sent && rate <= 1 { // nothing was sent yet, or the rate fell again before a busy machine looked
			send()
			sent += frames
		}
		return expect(n == before+sent && rate > 1, fmt.Sprintf("%d of %d frames counted, rate %v", n-before, sent, rate))
	})
	if err := contains(run(t, l, sw, "show", "interfaces", "counters", "rates"), "Ethernet20", "RX_PPS", "/s"); err != nil {
		t.Error(err)
	}
	eventually(t, soon, func() error {
		_, rate := unicast()
		return expect(rate < 1, fmt.Sprintf("the rate is still %v", rate))
	})

	run(t, l, sw, "counterpoll", "port", "disable")
	eventually(t, soon, func() error { return expect(group() == "200disable", "group is "+group()) })
	time.Sleep(500 * time.Millisecond) // a poll may be under way
	send()
	time.Sleep(time.Second) // five polls' time in which nothing may happen
	if n, _ := unicast(); n != before+sent {
		t.Errorf("%d frames counted while the poll is off", n-before-sent)
	}
	run(t, l, sw, "counterpoll", "port", "enable")
	eventually(t, soon, func() error {
		n, _ := unicast()
		return expect(n == before+sent+frames, fmt.Sprintf("%d of %d frames counted", n-before, sent+frames))
	})
}

// TestResources sees a route take room, and an alarm when the threshold says so.
func TestResources(t *testing.T) {
	l := basic(t)
	db := database(t, l)
	defer func() {
		if err := db.DB(statedb.ConfigDB).Delete(t.Context(), "CRM", "Config"); err != nil {
			t.Error(err)
		}
	}()
	reach(t, l, []lab.Path{path("h1", "203.0.113.4")}) // resolves what routes wait for
	run(t, l, sw, "crm", "config", "polling", "interval", "1")
	routes := func() uint64 {
		row, _, err := db.DB(statedb.CountersDB).Get(t.Context(), "CRM", "STATS")
		if err != nil {
			t.Fatal(err)
		}
		n, _ := strconv.ParseUint(row["crm_stats_ipv4_route_used"], 10, 64)
		return n
	}
	eventually(t, soon, func() error { return expect(routes() > 0, "no route is counted") })
	time.Sleep(1500 * time.Millisecond) // what came up with the neighbour is counted too
	before := routes()
	for _, c := range [][]string{{"type", "used"}, {"low", fmt.Sprint(before)}, {"high", fmt.Sprint(before + 1)}} {
		run(t, l, sw, append([]string{"crm", "config", "thresholds", "ipv4", "route"}, c...)...)
	}
	alarm := func() bool {
		_, ok, _ := db.DB(statedb.StateDB).Get(t.Context(), "HEDDLE_CRM_ALARM", "ipv4_route")
		return ok
	}
	run(t, l, sw, "config", "route", "add", "prefix", "203.0.114.0/24", "nexthop", "198.51.100.2")
	eventually(t, soon, func() error {
		return expect(routes() == before+1 && alarm(), fmt.Sprintf("%d routes after %d, alarm %v", routes(), before, alarm()))
	})
	if err := contains(run(t, l, sw, "crm", "show", "resources", "ipv4", "route"), "ipv4_route", fmt.Sprintf(" %d ", before+1)); err != nil {
		t.Error(err)
	}
	run(t, l, sw, "config", "route", "del", "prefix", "203.0.114.0/24", "nexthop", "198.51.100.2")
	eventually(t, soon, func() error {
		return expect(routes() == before && !alarm(), fmt.Sprintf("%d routes after %d, alarm %v", routes(), before, alarm()))
	})
}

// TestPortAttributes follows what configures a link to the ASIC's answer.
func TestPortAttributes(t *testing.T) {
	l := basic(t)
	db := database(t, l)
	const port = "Ethernet28"
	saved, _, err := db.DB(statedb.ConfigDB).Get(t.Context(), "PORT", port)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.DB(statedb.ConfigDB).Replace(t.Context(), "PORT", port, saved); err != nil {
			t.Error(err)
		}
	}()
	eventually(t, soon, func() error {
		row, _, _ := db.DB(statedb.StateDB).Get(t.Context(), "PORT_TABLE", port)
		return expect(row["supported_speeds"] != "", "its speeds are not known")
	})
	if _, err := l.Output(t.Context(), sw, "config", "interface", "speed", port, "12345"); err == nil {
		t.Error("a speed that no port has is accepted")
	}
	for _, c := range [][]string{{"speed", port, "100000"}, {"fec", port, "rs"}, {"autoneg", port, "enabled"}, {"advertised-speeds", port, "40000,100000"}} {
		run(t, l, sw, append([]string{"config", "interface"}, c...)...)
	}
	vid := db.DB(statedb.AsicDB).Redis().HGet(t.Context(), "HEDDLE_KEYTOVID", "port/"+port).Val()
	eventually(t, soon, func() error {
		row, _, _ := db.DB(statedb.AsicDB).Get(t.Context(), "ASIC_STATE", "SAI_OBJECT_TYPE_PORT:"+vid)
		ok := row["SAI_PORT_ATTR_SPEED"] == "100000" && row["SAI_PORT_ATTR_FEC_MODE"] == "SAI_PORT_FEC_MODE_RS" &&
			row["SAI_PORT_ATTR_AUTO_NEG_MODE"] == "true" && row["SAI_PORT_ATTR_ADVERTISED_SPEED"] == "2:40000,100000"
		return expect(ok, fmt.Sprintf("the port is %v", row))
	})
	if err := contains(run(t, l, sw, "show", "interfaces", "status", port), "100G", "rs"); err != nil {
		t.Error(err)
	}
}

// TestFlaps pulls a cable: the port tells how often and when.
func TestFlaps(t *testing.T) {
	l := basic(t)
	row := func() statedb.Fields { return portRow(t, l, "Ethernet20") }
	before, _ := strconv.Atoi(row()["flap_count"])
	pull(t, l, "h6", true)
	defer eventually(t, soon, func() error { return operStatus(t, l, "Ethernet20", "up") })
	defer pull(t, l, "h6", false)
	eventually(t, soon, func() error {
		_, err := time.Parse("Mon Jan 02 15:04:05 2006", row()["last_down_time"])
		return expect(row()["flap_count"] == strconv.Itoa(before+1) && err == nil, fmt.Sprintf("after %d flaps the port says %v", before, row()))
	})
}

func portRow(t *testing.T, l *lab.Lab, port string) statedb.Fields {
	t.Helper()
	row, _, err := database(t, l).DB(statedb.ApplDB).Get(t.Context(), "PORT_TABLE", port)
	if err != nil {
		t.Fatal(err)
	}
	return row
}
