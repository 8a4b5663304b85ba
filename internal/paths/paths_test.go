package paths

import "testing"

func TestFrom(t *testing.T) {
	env := func(m map[string]string) Paths { return From(func(k string) string { return m[k] }) }
	installed := env(nil)
	lab := env(map[string]string{"HEDDLE_RUN_DIR": "/r", "HEDDLE_ETC_DIR": "/e", "HEDDLE_INSTANCE": "leaf1"})
	for _, c := range []struct{ name, got, want string }{
		{"installed database config", installed.DatabaseConfig(), "/var/run/redis/sonic-db/database_config.json"},
		{"installed config file", installed.ConfigFile(), "/etc/sonic/config_db.json"},
		{"installed asic socket", installed.AsicSocket(), "/run/heddle/asic.sock"},
		{"installed bpf dir", installed.BPFDir(), "/sys/fs/bpf/heddle/default"},
		{"lab database config", lab.DatabaseConfig(), "/r/database_config.json"},
		{"lab redis socket", lab.RedisSocket(), "/r/redis.sock"},
		{"lab asic state", lab.AsicState(), "/r/asic"},
		{"lab config file", lab.ConfigFile(), "/e/config_db.json"},
		{"installed journal", installed.JournalDir(), "/etc/sonic/journal"},
		{"installed checkpoints", installed.CheckpointDir(), "/etc/sonic/checkpoints"},
		{"lab sessions", lab.SessionDir(), "/e/sessions"},
		{"lab bpf dir", lab.BPFDir(), "/sys/fs/bpf/heddle/leaf1"},
		{"lab ready file", lab.ReadyFile("syncd"), "/r/ready/syncd"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}
