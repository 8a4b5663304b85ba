package speaker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

// marks is what the router's table says of a prefix: LOCAL_PREF and communities of the best path.
func (r *router) marks(prefix string) string {
	r.t.Helper()
	out := "none"
	err := r.speaker.Answer(r.t.Context(), bgpview.Query{Ask: bgpview.AskRoutes, Prefix: prefix}, func(a bgpview.Answer) error {
		for _, route := range a.Routes {
			p := route.Paths[0]
			pref := "-"
			if p.LocalPref != nil {
				pref = fmt.Sprint(*p.LocalPref)
			}
			slices.Sort(p.Communities)
			out = pref + " " + strings.Join(p.Communities, " ")
		}
		return nil
	})
	if err != nil && !strings.Contains(err.Error(), "not in table") {
		return err.Error()
	}
	return strings.TrimSpace(out)
}

func (r *router) expectMarks(what, prefix, want string) {
	r.t.Helper()
	got := ""
	defer func() {
		if r.t.Failed() {
			r.t.Logf("%s: got %q, want %q", what, got, want)
		}
	}()
	wait(r.t, what, func() bool { got = r.marks(prefix); return got == want })
}

// What holds for the whole switch comes and goes with running sessions.
func TestMaintenance(t *testing.T) {
	a, b := pair(t)
	b.clean(b.set("BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|203.0.113.0/24", "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|198.51.100.0/28"))
	a.expectMarks("a route", "203.0.113.0/24", "-")
	a.clean(a.set("BGP_GLOBALS|default default_local_preference=250"))
	a.expectMarks("a default LOCAL_PREF", "203.0.113.0/24", "250")
	a.clean(a.set("BGP_GLOBALS|default graceful_shutdown=true"))
	a.expectMarks("this switch goes away", "203.0.113.0/24", "1")
	a.clean(a.set("-BGP_GLOBALS|default"))
	a.expectMarks("as before", "203.0.113.0/24", "-")
	b.clean(b.set("BGP_GLOBALS|default graceful_shutdown=true"))
	a.expectMarks("the other one goes away", "203.0.113.0/24", "- planned-shut")
	b.clean(b.set("-BGP_GLOBALS|default", "BGP_DEVICE_GLOBAL|STATE idf_isolation_state=isolated_no_export"))
	a.expectMarks("the other one keeps to its neighbours", "203.0.113.0/24", "- no-export")
	b.clean(b.set("BGP_DEVICE_GLOBAL|STATE idf_isolation_state=isolated_withdraw_all"))
	a.expectMarks("the other one withdraws all", "203.0.113.0/24", "none")
	b.clean(b.set("-BGP_DEVICE_GLOBAL|STATE"))
	a.expectMarks("as before", "203.0.113.0/24", "-")
	a.clean(a.set("BGP_ALLOWED_PREFIXES|DEPLOYMENT_ID|0 prefixes_v4@=203.0.113.0/24"))
	a.expectMarks("not allowed", "198.51.100.0/28", "- 5060:12345")
	a.expectMarks("allowed", "203.0.113.0/24", "-")
	if n := a.opens("127.0.0.2"); n != 1 {
		t.Errorf("the session was opened %d times, want once", n)
	}
}
