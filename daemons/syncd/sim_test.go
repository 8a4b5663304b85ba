package syncd_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the simulation; 0 takes one from the clock")

// sim is a client that lives through crashes of syncd and losses of the ASIC,
// and knows what ASIC_STATE has to say at any time.
type sim struct {
	*bench
	r     *rand.Rand
	rows  map[string]map[string]string // by object, what the client created
	users map[string]int               // of an object, by its id
	refs  map[string][]string          // ids that an object refers to
	vr    string
}

// TestSimulation performs random requests while syncd crashes before or after
// random changes, and while the ASIC is replaced by an empty one.
func TestSimulation(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	steps := 300
	if testing.Short() {
		steps = 60
	}
	r := rand.New(rand.NewPCG(seed, 1))
	dice := rand.New(rand.NewPCG(seed, 2)) // thrown by syncd's goroutine
	s := &sim{bench: newBench(t), r: r, rows: map[string]map[string]string{}, users: map[string]int{}, refs: map[string][]string{}}
	s.idsOnly = seed%2 == 1
	spy := s.spied()
	calmUntil := int64(0)
	spy.crash = func(n int64) (bool, bool) {
		if n < calmUntil || dice.IntN(12) > 0 {
			return false, false
		}
		calmUntil = n + 3
		return n%2 == 0, n%2 == 1
	}
	s.start()
	stop := s.supervise()
	s.createSwitch()
	s.vr = s.defaultRouter()
	for step := range steps {
		if r.IntN(60) == 0 { // the ASIC is replaced
			stop()
			_ = s.stop()
			s.store = newStore(4)
			for s.launch() != nil {
			}
			stop = s.supervise()
		}
		s.step()
		if t.Failed() {
			t.Fatalf("step %d", step)
		}
	}
	spy.calm.Store(true)
	s.must("Snotify", "SYNCD_INSPECT_ASIC")
	stop()
	s.check()
}

func (s *sim) step() {
	switch s.r.IntN(8) {
	case 0:
		s.create(0x26, "VLAN", nil, "SAI_VLAN_ATTR_VLAN_ID", fmt.Sprint(s.vlanNumber()))
	case 1:
		if vlan := s.pick("VLAN", func(id string) bool { return s.users[id] == 0 }); vlan != "" {
			s.create(6, "ROUTER_INTERFACE", []string{vlan}, "SAI_ROUTER_INTERFACE_ATTR_VIRTUAL_ROUTER_ID", s.vr,
				"SAI_ROUTER_INTERFACE_ATTR_TYPE", "SAI_ROUTER_INTERFACE_TYPE_VLAN", "SAI_ROUTER_INTERFACE_ATTR_VLAN_ID", vlan)
		}
	case 2:
		if rif := s.pick("ROUTER_INTERFACE", nil); rif != "" {
			s.create(4, "NEXT_HOP", []string{rif}, "SAI_NEXT_HOP_ATTR_TYPE", "SAI_NEXT_HOP_TYPE_IP",
				"SAI_NEXT_HOP_ATTR_IP", fmt.Sprintf("10.0.%d.%d", s.r.IntN(256), s.r.IntN(256)), "SAI_NEXT_HOP_ATTR_ROUTER_INTERFACE_ID", rif)
		}
	case 3, 4:
		s.routes()
	case 5:
		if vlan := s.pick("VLAN", nil); vlan != "" {
			key, value := "SAI_OBJECT_TYPE_VLAN:"+vlan, fmt.Sprint(s.r.IntN(2) == 0)
			s.must("Sset", key, "SAI_VLAN_ATTR_LEARN_DISABLE", value)
			s.rows[key]["SAI_VLAN_ATTR_LEARN_DISABLE"] = value
		}
	default:
		s.removeSome()
	}
}

func (s *sim) vlanNumber() int {
	for {
		n := 2 + s.r.IntN(4000)
		used := false
		for _, row := range s.rows {
			used = used || row["SAI_VLAN_ATTR_VLAN_ID"] == fmt.Sprint(n)
		}
		if !used {
			return n
		}
	}
}

// create makes an object with an id that refers to others.
func (s *sim) create(typ int, name string, refs []string, fv ...string) {
	id := s.vid(typ)
	key := "SAI_OBJECT_TYPE_" + name + ":" + id
	s.must("Screate", key, fv...)
	s.note(key, refs, fv)
}

func (s *sim) note(key string, refs, fv []string) {
	row := map[string]string{}
	for i := 0; i < len(fv); i += 2 {
		row[fv[i]] = fv[i+1]
	}
	s.rows[key], s.refs[key] = row, refs
	for _, ref := range refs {
		s.users[ref]++
	}
}

// routes creates several routes in one request.
func (s *sim) routes() {
	hop := s.pick("NEXT_HOP", nil)
	if hop == "" {
		return
	}
	var fv, keys []string
	for range 1 + s.r.IntN(5) {
		id := routeKey(fmt.Sprintf("20.%d.%d.0/24", s.r.IntN(256), s.r.IntN(256)), s.vr)
		key := "SAI_OBJECT_TYPE_ROUTE_ENTRY:" + id
		if s.rows[key] == nil && !slices.Contains(keys, key) {
			fv, keys = append(fv, id, "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID="+hop), append(keys, key)
		}
	}
	if len(keys) == 0 {
		return
	}
	s.must("Sbulkcreate", fmt.Sprintf("SAI_OBJECT_TYPE_ROUTE_ENTRY:%d", len(keys)), fv...)
	for _, key := range keys {
		s.note(key, []string{hop}, []string{"SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", hop})
	}
}

// pick chooses an object of a type.
func (s *sim) pick(name string, ok func(id string) bool) string {
	var ids []string
	for key := range s.rows {
		id, is := strings.CutPrefix(key, "SAI_OBJECT_TYPE_"+name+":")
		if is && (ok == nil || ok(id)) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	slices.Sort(ids)
	return ids[s.r.IntN(len(ids))]
}

// removeSome removes an object; one in use must be refused.
func (s *sim) removeSome() {
	keys := make([]string, 0, len(s.rows))
	for key := range s.rows {
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return
	}
	slices.Sort(keys)
	key := keys[s.r.IntN(len(keys))]
	_, id, _ := strings.Cut(key, ":")
	if s.users[id] > 0 {
		if a := s.do("Dremove", key); a.status != "SAI_STATUS_OBJECT_IN_USE" {
			s.t.Errorf("remove of %s in use: got %s", key, a)
		}
		return
	}
	s.must("Dremove", key)
	for _, ref := range s.refs[key] {
		s.users[ref]--
	}
	delete(s.rows, key)
	delete(s.refs, key)
}

// check compares ASIC_STATE and the ASIC with what the client knows.
func (s *sim) check() {
	s.t.Helper()
	got := map[string]map[string]string{}
	cold := s.row("COLDVIDS")
	for key, row := range s.bench.rows() {
		object := strings.TrimPrefix(key, "ASIC_STATE:")
		if _, id, _ := strings.Cut(object, ":"); cold[id] == "" && object != switchKey {
			got[object] = row
		}
	}
	if d := cmp.Diff(s.rows, got); d != "" {
		s.t.Errorf("ASIC_STATE: %s", d)
	}
	count := 0
	for _, t := range []sai.ObjectType{sai.ObjectTypeRouterInterface, sai.ObjectTypeNextHop, sai.ObjectTypeRouteEntry} {
		count += len(s.store.Keys(t))
	}
	count += len(s.store.Keys(sai.ObjectTypeVLAN)) - 1 // not the default one
	if count != len(s.rows) {
		s.t.Errorf("the ASIC holds %d objects, want %d", count, len(s.rows))
	}
}
