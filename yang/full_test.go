package yang

import "fmt"

// fullSwitch is as large as a configuration gets.
func fullSwitch() Config {
	c := Config{"PORT": {}, "VLAN": {}, "VLAN_MEMBER": {}, "VLAN_INTERFACE": {}}
	for i := range 512 {
		c["PORT"][fmt.Sprintf("Ethernet%d", i)] = map[string]string{"lanes": fmt.Sprint(i), "speed": "100000", "mtu": "9100", "admin_status": "up"}
	}
	for id := 2; id < 4002; id++ {
		name := fmt.Sprintf("Vlan%d", id)
		c["VLAN"][name] = map[string]string{"vlanid": fmt.Sprint(id)}
		c["VLAN_INTERFACE"][name] = map[string]string{}
		c["VLAN_INTERFACE"][fmt.Sprintf("%s|10.%d.%d.1/24", name, id/256, id%256)] = map[string]string{}
		for m := range 8 {
			c["VLAN_MEMBER"][fmt.Sprintf("%s|Ethernet%d", name, (id*8+m)%512)] = map[string]string{"tagging_mode": "tagged"}
		}
	}
	return c
}
