package rstp

// selectRoles is the port role selection machine (IEEE 802.1D-2004 section 17.28): updtRolesTree and setSelectedTree.
func (b *Bridge) selectRoles() bool {
	due := b.reselect
	for _, p := range b.ports {
		due = due || p.reselect
		p.reselect = false
	}
	if !due {
		return false
	}
	b.reselect = false
	b.selectRoot()
	for _, p := range b.ports {
		p.selectRole()
		p.selected = true
	}
	return true
}

func (b *Bridge) selectRoot() {
	b.vector, b.times, b.rootPort = Vector{Root: b.cfg.ID, Bridge: b.cfg.ID}, b.cfg.Times, nil
	var heardOn PortID
	for _, p := range b.ports {
		if p.info != infoReceived || p.portPriority.Bridge.MAC == b.cfg.ID.MAC {
			continue
		}
		v := p.portPriority
		v.Cost += p.cfg.Cost
		if v.Cost < p.cfg.Cost { // overflow: infinitely far
			continue
		}
		order := v.compare(b.vector)
		if order < 0 || order == 0 && b.rootPort != nil && p.cfg.ID < heardOn {
			b.vector, b.rootPort, heardOn = v, p, p.cfg.ID
			b.times = p.portTimes
			b.times.MessageAge = addSecond(b.times.MessageAge)
		}
	}
}

// addSecond makes a message a second older, in whole seconds (section 17.21.25).
func addSecond(u Units) Units {
	const second = 1 << 8
	return Units(min((uint32(u)+second+second/2)/second*second, 0xff00))
}

func (p *port) selectRole() {
	b := p.bridge
	p.designatedPriority = Vector{Root: b.vector.Root, Cost: b.vector.Cost, Bridge: b.cfg.ID, Port: p.cfg.ID}
	p.designatedTimes = b.times
	p.designatedTimes.Hello = b.cfg.Times.Hello
	switch p.info {
	case infoDisabled:
		p.selectedRole, p.updtInfo = Disabled, false
	case infoAged:
		p.selectedRole, p.updtInfo = Designated, true
	case infoMine:
		p.selectedRole = Designated
		p.updtInfo = p.portPriority != p.designatedPriority || p.portTimes != p.designatedTimes
	case infoReceived:
		p.selectHeard()
	}
}

// selectHeard chooses the role of a port where another bridge was heard.
func (p *port) selectHeard() {
	p.updtInfo = false
	switch {
	case p == p.bridge.rootPort:
		p.selectedRole = Root
	case p.designatedPriority.compare(p.portPriority) < 0:
		p.selectedRole, p.updtInfo = Designated, true
	case p.portPriority.Bridge.MAC == p.bridge.cfg.ID.MAC:
		p.selectedRole = Backup
	default:
		p.selectedRole = Alternate
	}
}
