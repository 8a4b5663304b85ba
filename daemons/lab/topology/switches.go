package topology

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	lanesPerPort = 4
	defaultSpeed = 40000
	maxPorts     = 256
)

// configDB is a config_db.json: table, key, field.
type configDB map[string]map[string]map[string]any

func (b *builder) buildSwitch(name string, spec switchSpec) (Switch, error) {
	config, err := b.readConfig(spec.Config)
	if err != nil {
		return Switch{}, err
	}
	s := Switch{Name: name, MAC: spec.MAC}
	if s.MAC == "" {
		s.MAC = baseMAC(config, b.file.Name+"/"+name)
	}
	if _, err := net.ParseMAC(s.MAC); err != nil {
		return Switch{}, fmt.Errorf("mac %q: %w", s.MAC, err)
	}
	if s.Ports, err = frontPanel(config, spec.Ports); err != nil {
		return Switch{}, err
	}
	for i := range s.Ports {
		s.Ports[i].Breakout = make([]string, len(s.Ports[i].Lanes)-1)
	}
	if err := complete(config, s); err != nil {
		return Switch{}, err
	}
	s.Config, err = json.MarshalIndent(config, "", "    ")
	return s, err
}

// readConfig takes the configuration from a file, or as it stands in the topology.
func (b *builder) readConfig(node yaml.Node) (configDB, error) {
	config := configDB{}
	switch node.Kind {
	case 0:
		return config, nil
	case yaml.ScalarNode:
		path := filepath.Join(b.dir, node.Value)
		if filepath.IsAbs(node.Value) {
			path = node.Value
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read config: %w", err)
		}
		if err := json.Unmarshal(content, &config); err != nil {
			return nil, fmt.Errorf("config %s: %w", path, err)
		}
		return config, nil
	default:
		if err := node.Decode(&config); err != nil {
			return nil, fmt.Errorf("config: %w", err)
		}
		return config, nil
	}
}

// baseMAC is what DEVICE_METADATA says, else an address of the node's own that is the same at every start.
func baseMAC(config configDB, node string) string {
	if mac, ok := config["DEVICE_METADATA"]["localhost"]["mac"].(string); ok {
		return mac
	}
	h := fnv.New32a()
	h.Write([]byte(node))
	sum := h.Sum32()
	return net.HardwareAddr{0x02, 0x48, byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}.String()
}

// frontPanel lists the ports of the PORT table, else as many as asked for.
func frontPanel(config configDB, count int) ([]Port, error) {
	if rows := config["PORT"]; len(rows) > 0 {
		if count != 0 && count != len(rows) {
			return nil, fmt.Errorf("ports is %d, the PORT table has %d", count, len(rows))
		}
		return configuredPorts(rows)
	}
	if count < 1 || count > maxPorts {
		return nil, fmt.Errorf("ports is %d, not between 1 and %d", count, maxPorts)
	}
	ports := make([]Port, count)
	for i := range ports {
		first := i*lanesPerPort + 1
		ports[i] = Port{Name: "Ethernet" + strconv.Itoa(i*lanesPerPort), Speed: defaultSpeed, Netdev: netdev(i)}
		for lane := first; lane < first+lanesPerPort; lane++ {
			ports[i].Lanes = append(ports[i].Lanes, lane)
		}
	}
	return ports, nil
}

func netdev(i int) string { return "p" + strconv.Itoa(i) }

func configuredPorts(rows map[string]map[string]any) ([]Port, error) {
	var ports []Port
	for name, row := range rows {
		p := Port{Name: name, Speed: defaultSpeed}
		if speed, ok := row["speed"]; ok {
			n, err := strconv.Atoi(fmt.Sprint(speed))
			if err != nil {
				return nil, fmt.Errorf("PORT %s: speed %v is no number", name, speed)
			}
			p.Speed = n
		}
		lanes, err := parseLanes(row["lanes"])
		if err != nil {
			return nil, fmt.Errorf("PORT %s: %w", name, err)
		}
		p.Lanes = lanes
		ports = append(ports, p)
	}
	slices.SortFunc(ports, func(a, b Port) int { return a.Lanes[0] - b.Lanes[0] })
	for i := range ports {
		ports[i].Netdev = netdev(i)
	}
	return ports, nil
}

func parseLanes(value any) ([]int, error) {
	if value == nil {
		return nil, errors.New("has no lanes")
	}
	var lanes []int
	for text := range strings.SplitSeq(fmt.Sprint(value), ",") {
		lane, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("lane %q is no number", text)
		}
		lanes = append(lanes, lane)
	}
	return lanes, nil
}

// complete adds what every switch needs and the topology left out.
func complete(config configDB, s Switch) error {
	normalise(config)
	device := row(config, "DEVICE_METADATA", "localhost")
	setDefault(device, "hostname", s.Name)
	setDefault(device, "mac", s.MAC)
	setDefault(device, "hwsku", "Heddle-Software-ASIC")
	setDefault(device, "platform", "x86_64-heddle_software-r0")
	setDefault(device, "type", "LeafRouter")
	for i := range s.Ports {
		p := &s.Ports[i]
		port := row(config, "PORT", p.Name)
		setDefault(port, "alias", "Eth"+strconv.Itoa(i+1))
		setDefault(port, "lanes", lanesText(p.Lanes))
		setDefault(port, "speed", strconv.Itoa(p.Speed))
		setDefault(port, "index", strconv.Itoa(i+1))
		setDefault(port, "mtu", "9100")
		setDefault(port, "admin_status", "up")
		p.Alias = fmt.Sprint(port["alias"])
		index, err := strconv.Atoi(fmt.Sprint(port["index"]))
		if err != nil {
			return fmt.Errorf("PORT %s: index %v is no number", p.Name, port["index"])
		}
		p.Index = index
	}
	return breakoutModes(config, s)
}

// normalise writes what YAML reads as numbers and booleans the way config_db.json does: as text.
func normalise(config configDB) {
	for _, rows := range config {
		for key, fields := range rows {
			if fields == nil {
				rows[key] = map[string]any{}
			}
			for name, value := range fields {
				switch value.(type) {
				case int, float64, bool:
					fields[name] = fmt.Sprint(value)
				}
			}
		}
	}
}

func lanesText(lanes []int) string {
	texts := make([]string, len(lanes))
	for i, lane := range lanes {
		texts[i] = strconv.Itoa(lane)
	}
	return strings.Join(texts, ",")
}

func row(config configDB, table, key string) map[string]any {
	if config[table] == nil {
		config[table] = map[string]map[string]any{}
	}
	if config[table][key] == nil {
		config[table][key] = map[string]any{}
	}
	return config[table][key]
}

func setDefault(row map[string]any, field, value string) {
	if _, ok := row[field]; !ok {
		row[field] = value
	}
}
