package display

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// regions is what multiple spanning tree has written.
type regions struct {
	global           statedb.Fields // STP_MST
	instances, ports map[string]statedb.Fields
}

func (v *view) regions(ctx context.Context) (regions, error) {
	var r regions
	global, err := v.all(ctx, statedb.ConfigDB, schema.TableSTPMST)
	if err != nil {
		return r, err
	}
	r.global = global[schema.KeyGlobal]
	if r.instances, err = v.all(ctx, statedb.ApplDB, schema.AppTableSTPMSTInst); err != nil {
		return r, err
	}
	r.ports, err = v.all(ctx, statedb.ApplDB, schema.AppTableSTPMSTPort)
	return r, err
}

// configured gives a field of the region, or what it is by default.
func (r regions) configured(field string) string {
	defaults := map[string]string{"revision": "0", "max_hops": "20", "max_age": "20", "hello_time": "2", "forward_delay": "15", "hold_count": "6"}
	return or(r.global[field], defaults[field])
}

// showMSTP writes the instances and the region, as SONiC lays them out.
func showMSTP(ctx context.Context, v *view) error {
	r, err := v.regions(ctx)
	if err != nil {
		return err
	}
	if v.json {
		return v.printJSON(ordered{{"mode", "mst"}, {"region", r.global}, {"instances", r.instances}, {"ports", r.ports}})
	}
	v.Printf("Spanning-tree Mode: MSTP\n")
	if len(r.instances) == 0 {
		return nil
	}
	for _, id := range slices.SortedFunc(maps.Keys(r.instances), natural.Compare) {
		v.printInstance(r, id)
	}
	v.printRegion(r)
	return nil
}

func (v *view) printInstance(r regions, id string) {
	row := r.instances[id]
	v.Printf("\n#######  MST%-8s Vlans mapped : %s\n", id, vlanRanges(row["vlan@"]))
	v.Printf("Bridge               Address %s\n", or(row["bridge_address"], "NA"))
	v.Printf("Root                 Address %s\n", or(row["root_address"], "NA"))
	cost, hops := or(row["root_path_cost"], "0"), or(row["remaining_hops"], "20")
	v.Printf("                     Port     %s                  Path cost %s\n", or(row["root_port"], "Root"), cost)
	if id != "0" {
		v.Printf("                     Port    Root            Path cost %s    Rem Hops %s\n", cost, hops)
	} else {
		v.Printf("Regional Root        Address  %s\n", or(row["regional_root_address"], "NA"))
		v.Printf("                     Internal cost %s                Rem hops %s\n", or(row["regional_root_cost"], "0"), hops)
		v.Printf("Operational          Hello Time  %s, Forward Delay %s, Max Age %s, Txholdcount %s\n",
			or(row["root_hello_time"], "2"), or(row["root_forward_delay"], "15"), or(row["root_max_age"], "20"), or(row["hold_time"], "6"))
		v.Printf("Configured           Hello Time  %s, Forward Delay %s, Max Age %s, Max Hops %s\n",
			r.configured("hello_time"), r.configured("forward_delay"), r.configured("max_age"), r.configured("max_hops"))
	}
	v.Printf("\nInterface           Role        State           Cost       Prio.Nbr    Type\n")
	v.Printf("---------------    --------     ----------      -------    ---------   -----------\n")
	for _, port := range r.members(id) {
		p := r.ports[id+":"+port]
		v.Printf("%-19s%-13s%-16s%-11s%-12s%s\n", port, strings.ToUpper(or(p["role"], "NA")), strings.ToUpper(or(p["port_state"], "NA")),
			or(p["path_cost"], "0"), or(p["priority"], "128")+"."+or(p["port_number"], "NA"), "P2P")
	}
}

// members lists the ports of an instance, physical ports first.
func (r regions) members(id string) []string {
	var out []string
	for key := range r.ports {
		if in, port, _ := strings.Cut(key, ":"); in == id {
			out = append(out, port)
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out
}

func (v *view) printRegion(r regions) {
	line := func(name, format string, args ...any) { v.Printf("%-32s: %s\n", name, fmt.Sprintf(format, args...)) }
	v.Printf("\n")
	line("Region Name", "%s", r.global["name"])
	line("Revision", "%s", r.configured("revision"))
	row, common := r.instances["0"]
	instances := len(r.instances)
	if common {
		instances--
		line("CIST Bridge Identifier", "%s", strings.ReplaceAll(or(row["bridge_address"], "0"), ".", ""))
		line("CIST Root Identifier", "%s", strings.ReplaceAll(or(row["root_address"], "0"), ".", ""))
		line("CIST External Path Cost", "%s", or(row["root_path_cost"], "0"))
	}
	line("Instances configured", "%d", instances)
	line("Last Topology Change", "%ss", or(row["last_topology_change"], "0"))
	line("Number of Topology Changes", "%s", or(row["topology_change_count"], "0"))
	for _, whose := range []string{"Bridge Timers", "CIST Root Timers"} {
		line(whose, "MaxAge %ss Hello %ss FwdDly %ss MaxHops %s",
			r.configured("max_age"), r.configured("hello_time"), r.configured("forward_delay"), r.configured("max_hops"))
	}
}

// vlanRanges writes a list of VLANs with those that follow each other joined: "1-3,7".
func vlanRanges(list string) string {
	var ids []int
	for text := range strings.SplitSeq(list, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
			ids = append(ids, n)
		}
	}
	slices.SortFunc(ids, cmp.Compare)
	ids = slices.Compact(ids)
	var out []string
	for i := 0; i < len(ids); {
		last := i
		for last+1 < len(ids) && ids[last+1] == ids[last]+1 {
			last++
		}
		text := strconv.Itoa(ids[i])
		if last > i {
			text += "-" + strconv.Itoa(ids[last])
		}
		out = append(out, text)
		i = last + 1
	}
	return strings.Join(out, ",")
}
