package routingd

// suppress has the routes of BGP announced only once the ASIC has them, or at once. It says whether that can begin: first it must be known what
// the ASIC has. What was announced before stays so until the ASIC says that it does not have it.
func (r *routes) suppress(on bool) (ready bool) {
	r.offload.Follow(on)
	switch {
	case r.suppresses && !on:
		r.suppresses = false
		r.rib.Revoke()
		r.announcer.Revoke()
		r.log.Info("routes are announced at once")
	case !r.suppresses && on:
		if !r.offload.Known() {
			return false
		}
		r.takeOffload()
		r.suppresses = true
		r.announcer.Grant(r.rib.Grant())
		r.log.Info("routes are announced once the ASIC has them")
	}
	return true
}

// takeOffload takes what has become known of the ASIC's routes.
func (r *routes) takeOffload() {
	b := r.offload.Take()
	if b.Whole {
		r.rib.ReplaceOffload(b.Has)
	} else {
		for key, has := range b.Has {
			r.rib.SetOffload(key, has)
		}
	}
	r.permit()
}

// permit tells which routes may be announced.
func (r *routes) permit() {
	for done := !r.suppresses; !done; {
		list, last := r.rib.Permits(batch)
		for _, p := range list {
			r.announcer.Permit(p.Key.VRF, p.Key.Prefix, p.Leaves)
		}
		done = last
	}
}
