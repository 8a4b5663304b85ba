package topology

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// file is the topology file as written. Pull names the switch that the
// demonstration takes away and gives back.
type file struct {
	Name     string                `yaml:"name"`
	Switches map[string]switchSpec `yaml:"switches"`
	Hosts    map[string]hostSpec   `yaml:"hosts"`
	Links    [][]string            `yaml:"links"`
	Pull     string                `yaml:"pull"`
}

// switchSpec describes a switch: either a number of ports, named Ethernet0,
// Ethernet4, ... with four lanes each, or a config whose PORT table lists them.
type switchSpec struct {
	Ports  int       `yaml:"ports"`
	MAC    string    `yaml:"mac"`
	Config yaml.Node `yaml:"config"`
}

// hostSpec describes a host. Link, vlan, mtu and addresses beside interfaces
// describe its only interface, eth0. With frr, the configuration of FRR's bgpd in
// that file, the host is a router.
type hostSpec struct {
	interfaceSpec `yaml:",inline"`
	Forward       bool                     `yaml:"forward"`
	FRR           string                   `yaml:"frr"`
	Interfaces    map[string]interfaceSpec `yaml:"interfaces"`
	Gateways      []string                 `yaml:"gateways"`
	Routes        []routeSpec              `yaml:"routes"`
}

type interfaceSpec struct {
	Link      string   `yaml:"link"`
	VLAN      int      `yaml:"vlan"`
	MTU       int      `yaml:"mtu"`
	Addresses []string `yaml:"addresses"`
}

type routeSpec struct {
	To  string `yaml:"to"`
	Via string `yaml:"via"`
}

// Load reads a topology file; configurations are found relative to it.
func Load(path string) (*Topology, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read topology: %w", err)
	}
	t, err := Parse(content, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("topology %s: %w", path, err)
	}
	return t, nil
}

// Parse reads a topology from YAML; configurations are found relative to dir.
func Parse(content []byte, dir string) (*Topology, error) {
	var f file
	dec := yaml.NewDecoder(bytes.NewReader(content))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("is empty")
		}
		return nil, err
	}
	b := builder{file: &f, dir: dir}
	return b.build()
}
