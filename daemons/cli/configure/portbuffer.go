package configure

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableBufferGroup   = "BUFFER_PG"
	tableBufferQueue   = "BUFFER_QUEUE"
	tableBufferProfile = "BUFFER_PROFILE"
	tableBufferPool    = "BUFFER_POOL"
	tablePortQoS       = "PORT_QOS_MAP"
	tableCableLength   = "CABLE_LENGTH"
	lossyProfile       = "ingress_lossy_profile"
	noProfile          = "NULL" // the buffers of such a priority group are computed from speed, MTU and cable
)

// bufferKind is what a port has buffers for.
type bufferKind struct {
	table, name, absent, maximum string
	direction                    string // of the pools of its profiles
}

func bufferGroups() bufferKind {
	return bufferKind{tableBufferGroup, "priority group", "lossless priority group", "max_priority_groups", "ingress"}
}

func bufferQueues() bufferKind {
	return bufferKind{tableBufferQueue, "queue", "queue", "max_queues", "egress"}
}

// newPortBuffers makes `config interface buffer`, cable_length, and the older names of the commands for lossless priority groups.
func newPortBuffers(s *session.Session) []*cobra.Command {
	groups := func(name, short string, profile string) *cobra.Command {
		return newBufferObjects(s, name, short, bufferGroups(), "<pg_map>", profile)
	}
	return []*cobra.Command{
		click.Group("buffer", "Set or clear buffer configuration",
			click.Group("priority-group", "Set or clear buffer configuration", groups("lossless", "Set or clear lossless PGs", "[<override_profile>]")),
			newBufferObjects(s, "queue", "Set or clear buffer configuration", bufferQueues(), "<queue_map>", "<buffer_profile>")),
		groups("lossless_pg", "Set or clear lossless PGs", ""),
		groups("headroom_override", "Set or clear lossless PGs with a profile of their own", "<override_profile>"),
		newEdit(s, "cable_length <interface_name> <length>", "Set interface cable length", setCableLength),
	}
}

func newBufferObjects(s *session.Session, name, short string, k bufferKind, object, profile string) *cobra.Command {
	put := func(verb string, isNew bool) *cobra.Command {
		return newEdit(s, strings.TrimSpace(verb+" <interface_name> "+object+" "+profile), verb+" "+k.name+"s of the interface", func(e *edit) error {
			return e.putBuffer(k, isNew)
		})
	}
	return click.Group(name, short, put("add", true), put("set", false),
		newEdit(s, "remove <interface_name> ["+object+"]", "Clear "+k.name+"s of the interface", func(e *edit) error { return e.removeBuffer(k) }))
}

// dynamicBuffers refuses where buffers are not computed.
func (e *edit) dynamicBuffers(verb string) error {
	if e.row("DEVICE_METADATA", "localhost")["buffer_model"] != "dynamic" {
		return e.failf("This command can only be %s on a system with dynamic buffer enabled", verb)
	}
	return nil
}

func (e *edit) presentPort() error {
	if !e.c.Has(schema.TablePort, e.args[0]) {
		return e.failf("Port %s doesn't exist", e.args[0])
	}
	return nil
}

func (e *edit) putBuffer(k bufferKind, isNew bool) error {
	if err := e.dynamicBuffers("executed"); err != nil {
		return err
	}
	if err := e.presentPort(); err != nil {
		return err
	}
	port, object, profile := e.args[0], e.args[1], e.arg(2)
	if err := e.checkObject(k, isNew); err != nil {
		return err
	}
	if profile == "" {
		profile = noProfile
	} else if err := e.checkProfile(k, profile); err != nil {
		return err
	}
	e.c.Replace(k.table, port+"|"+object, commit.Row{"profile": profile})
	if k.table == tableBufferGroup {
		e.pausePriorities(port, object, true)
	}
	return nil
}

var objectMap = regexp.MustCompile(`^([0-9]+)(?:-([0-9]+))?$`)

// objectRange reads "3-4" or "3".
func objectRange(text string) (low, high int, ok bool) {
	m := objectMap.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	low, err := strconv.Atoi(m[1])
	high = low
	if err == nil && m[2] != "" {
		high, err = strconv.Atoi(m[2])
	}
	return low, high, err == nil
}

// checkObject tells whether a map is one of the port, which is there already or else overlaps none. As with SONiC, number 0 is not for these commands.
func (e *edit) checkObject(k bufferKind, isNew bool) error {
	port, object := e.args[0], e.args[1]
	limits, err := e.state("BUFFER_MAX_PARAM_TABLE", port)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(limits[k.maximum])
	if err != nil {
		return e.failf("Unable to fetch %s from BUFFER_MAX_PARAM_TABLE|%s in STATE_DB", k.maximum, port)
	}
	low, high, ok := objectRange(object)
	if !ok || low == 0 || high < low || high >= count {
		return e.failf("Buffer %s %s is not valid.", k.name, object)
	}
	if !isNew {
		if !e.c.Has(k.table, port+"|"+object) {
			return e.failf("Buffer %s %s doesn't exist", k.name, object)
		}
		return nil
	}
	for _, other := range e.bufferObjects(k, port) {
		if l, h, ok := objectRange(other); ok && h >= low && l <= high {
			return e.failf("Buffer %s %s overlaps with existing %s %s", k.name, object, k.name, other)
		}
	}
	return nil
}

// bufferObjects lists the maps of a port.
func (e *edit) bufferObjects(k bufferKind, port string) []string {
	var out []string
	for _, key := range e.c.Keys(k.table) {
		if object, ok := strings.CutPrefix(key, port+"|"); ok {
			out = append(out, object)
		}
	}
	return out
}

func (e *edit) checkProfile(k bufferKind, name string) error {
	profile := e.row(tableBufferProfile, name)
	if profile == nil {
		return e.failf("Profile %s doesn't exist", name)
	}
	pool := profile["pool"]
	if pool == "" {
		return e.failf("Profile %s is invalid", name)
	}
	if e.row(tableBufferPool, pool)["type"] != k.direction {
		return e.failf("Type of pool %s referenced by profile %s is wrong", pool, name)
	}
	_, hasRoom := profile["xoff"]
	if _, sized := profile["size"]; k.table == tableBufferGroup && !hasRoom && sized {
		return e.failf("Profile %s doesn't exist or isn't a lossless profile", name)
	}
	return nil
}

func (e *edit) removeBuffer(k bufferKind) error {
	if err := e.dynamicBuffers("executed"); err != nil {
		return err
	}
	if err := e.presentPort(); err != nil {
		return err
	}
	port, wanted, removed := e.args[0], e.arg(1), false
	for _, object := range e.bufferObjects(k, port) {
		switch lossy := e.row(k.table, port+"|"+object)["profile"] == lossyProfile; {
		case wanted != "" && wanted != object, wanted == "" && lossy:
			continue
		case lossy:
			return e.failf("Lossy PG %s can't be removed", object)
		}
		e.c.Delete(k.table, port+"|"+object)
		if k.table == tableBufferGroup {
			e.pausePriorities(port, wanted, false)
		}
		removed = true
	}
	switch {
	case removed:
		return nil
	case wanted == "":
		return e.failf("No %s found on port %s", k.absent, port)
	}
	return e.failf("No specified %s %s found on port %s", k.absent, wanted, port)
}

// pausePriorities has the frames of some priorities paused rather than dropped, or no longer; an empty map stands for all.
func (e *edit) pausePriorities(port, object string, on bool) {
	paused := strings.FieldsFunc(e.row(tablePortQoS, port)["pfc_enable"], func(r rune) bool { return r == ',' || r == ' ' })
	low, high, ok := objectRange(object)
	if !ok {
		paused = nil
	}
	for p := low; ok && p <= high; p++ {
		priority := fmt.Sprint(p)
		paused = slices.DeleteFunc(paused, func(s string) bool { return s == priority })
		if on {
			paused = append(paused, priority)
		}
	}
	slices.Sort(paused)
	e.c.SetField(tablePortQoS, port, "pfc_enable", strings.Join(paused, ","))
}

// setCableLength changes the row of cables that the switch has.
func setCableLength(e *edit) error {
	if err := e.dynamicBuffers("supported"); err != nil {
		return err
	}
	if err := e.presentPort(); err != nil {
		return err
	}
	if !strings.HasSuffix(e.args[1], "m") {
		return e.failf("Invalid cable length. Should be in format <num>m, like 300m")
	}
	name := "AZURE" // as SONiC's templates call it
	if keys := e.c.Keys(tableCableLength); len(keys) > 0 {
		name = keys[0]
	}
	e.c.SetField(tableCableLength, name, e.args[0], e.args[1])
	return nil
}
