package statedb

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Config is a parsed database_config.json.
type Config struct {
	Instances map[string]Instance `json:"INSTANCES"`
	Databases map[string]Database `json:"DATABASES"`
	Version   string              `json:"VERSION,omitempty"`
}

// Instance is one Redis server.
type Instance struct {
	Hostname    string `json:"hostname,omitempty"`
	Port        int    `json:"port,omitempty"`
	Socket      string `json:"unix_socket_path,omitempty"`
	Persistence string `json:"persistence_for_warm_boot,omitempty"`
}

// Database is one numbered database of an instance.
type Database struct {
	ID        int    `json:"id"`
	Separator string `json:"separator"`
	Instance  string `json:"instance"`
}

const defaultInstance = "redis"

// DefaultConfig is the usual layout, all databases in the Redis that listens on socket.
func DefaultConfig(socket string) Config {
	cfg := Config{
		Instances: map[string]Instance{
			defaultInstance: {Hostname: "127.0.0.1", Port: 6379, Socket: socket, Persistence: "yes"},
		},
		Databases: make(map[string]Database),
		Version:   "1.0",
	}
	for _, d := range defaultDatabases() {
		cfg.Databases[d.name] = Database{ID: int(d.id), Separator: d.separator, Instance: defaultInstance}
	}
	return cfg
}

// LoadConfig reads a database_config.json.
func LoadConfig(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read database configuration: %w", err)
	}
	cfg, err := parseConfig(data)
	if err != nil {
		return Config{}, fmt.Errorf("parse %s: %w", path, err)
	}
	return cfg, nil
}

func parseConfig(data []byte) (Config, error) {
	var cfg Config
	if err := json.Unmarshal(data, &cfg); err != nil {
		return Config{}, err
	}
	return cfg, cfg.check()
}

func (cfg Config) check() error {
	if len(cfg.Instances) == 0 {
		return fmt.Errorf("no INSTANCES")
	}
	for name, i := range cfg.Instances {
		if i.Socket == "" && i.Hostname == "" {
			return fmt.Errorf("instance %s: neither unix_socket_path nor hostname", name)
		}
	}
	for name, d := range cfg.Databases {
		if _, ok := cfg.Instances[d.Instance]; !ok {
			return fmt.Errorf("database %s: unknown instance %q", name, d.Instance)
		}
		if d.ID < 0 || d.Separator == "" {
			return fmt.Errorf("database %s: id %d, separator %q", name, d.ID, d.Separator)
		}
	}
	return nil
}

// Write stores the configuration at path, replacing the file whole so that no reader sees half of it.
func (cfg Config) Write(path string) error {
	data, err := json.MarshalIndent(cfg, "", "    ")
	if err != nil {
		return fmt.Errorf("write database configuration: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write database configuration: %w", err)
	}
	next := path + ".next"
	if err := os.WriteFile(next, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write database configuration: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("write database configuration: %w", err)
	}
	return nil
}

// database finds how a database is configured; one that the file does not list is taken at its customary place.
func (cfg Config) database(id DBID) (Database, Instance) {
	d, ok := cfg.Databases[id.String()]
	if !ok {
		d = Database{ID: int(id), Separator: id.defaultSeparator(), Instance: defaultInstance}
	}
	i, ok := cfg.Instances[d.Instance]
	if !ok {
		for _, only := range cfg.Instances {
			i = only
		}
	}
	return d, i
}
