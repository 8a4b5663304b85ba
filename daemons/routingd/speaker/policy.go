package speaker

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strconv"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// GoBGP has one policy for each direction of a VRF, whose statements are replaced whole: there is no moment without a policy.
const (
	importPolicy = "import"
	exportPolicy = "export"
)

// assignPolicies puts the two policies, still empty, in force.
func (in *instance) assignPolicies(ctx context.Context) error {
	if err := in.setPolicy(ctx, &bgpconf.Instance{}, nil); err != nil {
		return err
	}
	for name, direction := range map[string]api.PolicyDirection{
		importPolicy: api.PolicyDirection_IMPORT, exportPolicy: api.PolicyDirection_EXPORT,
	} {
		a := &api.PolicyAssignment{
			Name: "global", Direction: direction, DefaultAction: api.RouteAction_ACCEPT, Policies: []*api.Policy{{Name: name}},
		}
		if err := in.server.AddPolicyAssignment(ctx, &api.AddPolicyAssignmentRequest{Assignment: a}); err != nil {
			return fmt.Errorf("assign policy %s: %w", name, err)
		}
	}
	return nil
}

// reconcilePolicy puts a policy in force, and has it applied anew to the paths of the peers that it treats otherwise than before.
func (in *instance) reconcilePolicy(ctx context.Context, want *bgpconf.Instance) error {
	groups, judged := policyGroups(want), in.judged.Swap(false)
	if reflect.DeepEqual(in.policy, want.Policy) && maps.Equal(groups, in.groups) && !judged {
		return nil
	}
	if err := in.changePolicy(ctx, want, groups, judged); err != nil {
		in.judged.Store(judged || in.judged.Load())
		return err
	}
	return nil
}

// changePolicy does so. If what the RPKI says has been judged anew, that is another treatment for those whose policy looks at it.
func (in *instance) changePolicy(ctx context.Context, want *bgpconf.Instance, groups map[string]string, judged bool) error {
	inward, outward := in.affected(want, false, judged), in.affected(want, true, judged)
	// GoBGP tells nobody that a path of before is rejected now. It does withdraw paths that a peer must not have because they are stale
	// (RFC 9494 section 4.3): for a moment the rejected ones are that to the peers concerned.
	if len(outward) > 0 {
		if err := in.setPolicy(ctx, want, outward); err != nil {
			return err
		}
		if err := in.soften(ctx, outward, api.ResetPeerRequest_OUT); err != nil {
			return err
		}
	}
	if err := in.setPolicy(ctx, want, nil); err != nil {
		return err
	}
	in.policy, in.groups = want.Policy, groups
	return in.soften(ctx, inward, api.ResetPeerRequest_IN)
}

// policyGroups are the addresses that statements for a peer or range are for.
func policyGroups(want *bgpconf.Instance) map[string]string {
	out := make(map[string]string)
	for key, p := range want.Peers {
		out[key] = p.Addr.String()
	}
	for name, r := range want.Ranges {
		out[bgpconf.RangeKey(name)] = fmt.Sprint(r.Prefixes)
	}
	return out
}

// affected are the peers and ranges that a policy treats otherwise than the one in force, or than before with what the RPKI says now.
func (in *instance) affected(want *bgpconf.Instance, export, judged bool) []string {
	keys := slices.Collect(maps.Keys(in.peers))
	for name := range in.ranges {
		keys = append(keys, bgpconf.RangeKey(name))
	}
	slices.Sort(keys)
	return slices.DeleteFunc(keys, func(key string) bool {
		if judged && want.Policy.Validates(key, export) {
			return false
		}
		return reflect.DeepEqual(in.policy.Of(key, export), want.Policy.Of(key, export))
	})
}

// soften applies the policy again to the paths from peers, or to them.
func (in *instance) soften(ctx context.Context, keys []string, direction api.ResetPeerRequest_SoftResetDirection) error {
	for _, key := range keys {
		in.log.Info("policy applied again", "peer", key, "direction", direction)
		addrs := []string{}
		if p := in.peers[key]; p != nil {
			addrs = append(addrs, address(p))
		} else if members, err := in.members(ctx, key); err == nil {
			addrs = members
		} else {
			return err
		}
		for _, addr := range addrs {
			r := &api.ResetPeerRequest{Address: addr, Soft: true, Direction: direction}
			if err := in.server.ResetPeer(ctx, r); err != nil {
				return fmt.Errorf("apply the policy to peer %s: %w", key, err)
			}
		}
	}
	return nil
}

// setPolicy writes a policy. For the peers in withdrawing, statements that reject withdraw instead.
func (in *instance) setPolicy(ctx context.Context, want *bgpconf.Instance, withdrawing []string) error {
	w := &policyWriter{want: want, neighbors: make(map[string]string)}
	w.definedSets(&want.Policy)
	w.everyPrefix()
	imports := w.policy(importPolicy, want.Policy.Import, nil)
	exports := w.policy(exportPolicy, want.Policy.Export, withdrawing)
	r := &api.SetPoliciesRequest{DefinedSets: w.sets, Policies: []*api.Policy{imports, exports}}
	if err := in.server.SetPolicies(ctx, r); err != nil {
		return fmt.Errorf("set policies: %w", err)
	}
	return nil
}

// policyWriter writes a policy as GoBGP has it.
type policyWriter struct {
	want      *bgpconf.Instance
	sets      []*api.DefinedSet
	neighbors map[string]string // names of neighbour sets, by their members
}

func (w *policyWriter) definedSets(p *bgpconf.Policy) {
	for _, name := range slices.Sorted(maps.Keys(p.Prefixes)) {
		s := &api.DefinedSet{DefinedType: api.DefinedType_PREFIX, Name: name}
		for _, r := range p.Prefixes[name] {
			s.Prefixes = append(s.Prefixes, &api.Prefix{
				IpPrefix: r.Prefix.String(), MaskLengthMin: uint32(r.Min), MaskLengthMax: uint32(r.Max),
			})
		}
		w.sets = append(w.sets, s)
	}
	for kind, all := range map[api.DefinedType]map[string][]string{
		api.DefinedType_AS_PATH: p.ASPaths, api.DefinedType_COMMUNITY: p.Communities, api.DefinedType_EXT_COMMUNITY: p.ExtCommunities,
	} {
		for name, members := range all {
			w.sets = append(w.sets, &api.DefinedSet{DefinedType: kind, Name: name, List: members})
		}
	}
}

// everyPrefix makes the sets of all prefixes of a family.
func (w *policyWriter) everyPrefix() {
	for f, p := range everything {
		w.sets = append(w.sets, &api.DefinedSet{
			DefinedType: api.DefinedType_PREFIX, Name: everyName(f),
			Prefixes: []*api.Prefix{{IpPrefix: p.String(), MaskLengthMax: uint32(p.Addr().BitLen())}},
		})
	}
}

func (w *policyWriter) policy(name string, statements []bgpconf.Statement, withdrawing []string) *api.Policy {
	p := &api.Policy{Name: name}
	add := func(s bgpconf.Statement, withdraws bool) {
		peers := w.peerSet(s.Peers)
		if len(s.Peers) > 0 && peers == "" {
			return // none of them has an address yet
		}
		out := apiStatement(s, peers)
		if withdraws {
			out.Actions.RouteAction = api.RouteAction_ACCEPT
			out.Actions.Community = &api.CommunityAction{Type: api.CommunityAction_ADD, Communities: []string{llgrStale, noLLGR}}
		}
		out.Name = name + " " + strconv.Itoa(len(p.Statements)+1)
		p.Statements = append(p.Statements, out)
	}
	for _, s := range statements {
		if s.Action != bgpconf.Reject || len(withdrawing) == 0 {
			add(s, false)
			continue
		}
		all := s.Peers
		s.Peers = withdrawing
		if len(all) > 0 {
			s.Peers = slices.DeleteFunc(slices.Clone(all), func(k string) bool { return !slices.Contains(withdrawing, k) })
		}
		if len(s.Peers) > 0 {
			add(s, true)
		}
		s.Peers = slices.DeleteFunc(slices.Clone(all), func(k string) bool { return slices.Contains(withdrawing, k) })
		if len(all) == 0 || len(s.Peers) > 0 {
			add(s, false)
		}
	}
	return p
}

// Communities of long-lived graceful restart (RFC 9494 section 4.6). Nobody gets a path that has both.
const (
	llgrStale = "65535:6"
	noLLGR    = "65535:7"
)

// peerSet makes the set of the addresses of peers, and gives its name; empty: none has an address.
func (w *policyWriter) peerSet(keys []string) string {
	var list []string
	for _, key := range keys {
		if p := w.want.Peers[key]; p != nil && p.Addr.IsValid() {
			a := p.Addr.WithZone("")
			list = append(list, netip.PrefixFrom(a, a.BitLen()).String())
		}
		for name, r := range w.want.Ranges {
			if bgpconf.RangeKey(name) == key {
				for _, prefix := range r.Prefixes {
					list = append(list, prefix.String())
				}
			}
		}
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	members := fmt.Sprint(list)
	if w.neighbors[members] == "" {
		w.neighbors[members] = "peers " + strconv.Itoa(len(w.neighbors)+1)
		w.sets = append(w.sets, &api.DefinedSet{DefinedType: api.DefinedType_NEIGHBOR, Name: w.neighbors[members], List: list})
	}
	return w.neighbors[members]
}
