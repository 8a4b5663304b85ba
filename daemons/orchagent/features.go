package orchagent

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/engine"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/copp"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/device"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/dropcounter"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/fdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/hashing"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/hold"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/intf"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/lag"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/multicast"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/neighbour"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/port"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/queue"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/route"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/storm"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/stp"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/vlan"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/vrf"
	"github.com/heddle-nos/heddle/daemons/orchagent/finegrained"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/routecount"
	"github.com/heddle-nos/heddle/sai"
)

// features registers every feature: one line each.
func features(mac sai.MAC) []engine.Feature {
	interfaces := intf.Feature{MAC: mac}
	return []engine.Feature{
		{Name: "device", Tables: device.Tables(), Render: device.Render},
		{Name: "port", Tables: port.Tables(), Render: port.Render, Publish: port.Publish, Questions: port.Questions(), Capable: port.Capable},
		{Name: "queue", Publish: queue.Publish},
		{Name: "vrf", Tables: vrf.Tables(), Render: vrf.Render, Publish: vrf.Publish},
		{Name: "lag", Tables: lag.Tables(), Render: lag.Render, Publish: lag.Publish},
		{Name: "vlan", Tables: vlan.Tables(), Render: vlan.Render, Publish: vlan.Publish},
		{Name: "stp", Tables: stp.Tables(), Render: stp.Render, Publish: stp.Publish, Flush: stp.Flush},
		{Name: "multicast", Tables: multicast.Tables(), Fed: multicast.FedTables(), Render: multicast.Render, Derive: multicast.NewSpread().Take},
		{Name: "fdb", Tables: fdb.Tables(), Render: fdb.Render, Publish: fdb.Publish},
		{Name: "intf", Tables: interfaces.Tables(), Render: interfaces.Render, Publish: intf.Publish},
		{Name: "neighbour", Tables: neighbour.Tables(), Render: neighbour.Render},
		{Name: "hashing", Config: hashing.Tables(), Render: hashing.Render, Questions: hashing.Questions(), Capable: hashing.Capable},
		{Name: "hold", Fed: hold.Tables(), Render: hold.Render},
		{Name: "finegrained", Config: finegrained.Tables(), Render: finegrained.Check},
		{Name: "routecount", Config: routecount.Tables(), Fed: []string{routecount.Fed}, Render: routecount.Render, Publish: routecount.Publish},
		{Name: "storm", Config: storm.Tables(), Render: storm.Render},
		{Name: "dropcounter", Config: dropcounter.Tables(), Render: dropcounter.Render, Publish: dropcounter.NewPublisher().Publish},
		{Name: "copp", Tables: copp.Tables(), Config: copp.ConfigTables(), Render: copp.Render, Publish: copp.NewPublisher().Publish},
	}
}

// base is what the switch needs without any row.
func base(mac sai.MAC) object.Rendering {
	r, traps := device.Base(mac), copp.Base()
	r.Fragments = append(r.Fragments, traps.Fragments...)
	r.Routes = append(r.Routes, traps.Routes...)
	return r
}

// configTables are the tables of CONFIG_DB to follow.
func configTables(mac sai.MAC) (list []string) {
	for _, f := range features(mac) {
		list = append(list, f.Config...)
	}
	return list
}

// tables are the tables of APPL_DB to consume.
func tables(mac sai.MAC) []string {
	list := []string{route.Table}
	for _, f := range features(mac) {
		for _, t := range f.Tables {
			if t != engine.TableOper {
				list = append(list, t)
			}
		}
	}
	return list
}
