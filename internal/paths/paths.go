package paths

import (
	"os"
	"path/filepath"
)

const (
	defaultRunDir = "/run/heddle"
	defaultEtcDir = "/etc/sonic"
	defaultDevDir = "/usr/share/sonic/device"

	// sonicDatabaseConfig is where every program of a SONiC system looks; used unless a run directory is chosen.
	sonicDatabaseConfig = "/var/run/redis/sonic-db/database_config.json"

	// DefaultInstance names the only switch of a machine.
	DefaultInstance = "default"
)

// Paths are the places of one switch.
type Paths struct {
	RunDir   string // sockets, journals, readiness marks
	EtcDir   string // config_db.json, board.yaml
	DevDir   string // SONiC's files of each platform
	Instance string // distinguishes the switches of one machine

	privateRun bool // RunDir was chosen by the caller: the database configuration lives there too
}

// FromEnv reads HEDDLE_RUN_DIR, HEDDLE_ETC_DIR, HEDDLE_DEVICE_DIR and HEDDLE_INSTANCE, with the defaults of an installed switch.
func FromEnv() Paths { return From(os.Getenv) }

// From is FromEnv over any environment.
func From(getenv func(string) string) Paths {
	p := Paths{RunDir: defaultRunDir, EtcDir: defaultEtcDir, DevDir: defaultDevDir, Instance: DefaultInstance}
	if v := getenv("HEDDLE_RUN_DIR"); v != "" {
		p.RunDir, p.privateRun = v, true
	}
	if v := getenv("HEDDLE_ETC_DIR"); v != "" {
		p.EtcDir = v
	}
	if v := getenv("HEDDLE_DEVICE_DIR"); v != "" {
		p.DevDir = v
	}
	if v := getenv("HEDDLE_INSTANCE"); v != "" {
		p.Instance = v
	}
	return p
}

// DatabaseConfig is the file that says where Redis listens and which database has which id.
func (p Paths) DatabaseConfig() string {
	if p.privateRun {
		return filepath.Join(p.RunDir, "database_config.json")
	}
	return sonicDatabaseConfig
}

// RedisSocket is where the switch's Redis listens when the lab starts it.
func (p Paths) RedisSocket() string { return filepath.Join(p.RunDir, "redis.sock") }

// AsicSocket is where asicd serves SAI to its libsai.so.
func (p Paths) AsicSocket() string { return filepath.Join(p.RunDir, "asic.sock") }

// Socket is a unix socket of a daemon, for a purpose.
func (p Paths) Socket(name string) string { return filepath.Join(p.RunDir, name+".sock") }

// AsicState is the directory of asicd's journal.
func (p Paths) AsicState() string { return filepath.Join(p.RunDir, "asic") }

// ConfigFile is the saved configuration of the switch.
func (p Paths) ConfigFile() string { return filepath.Join(p.EtcDir, "config_db.json") }

// JournalDir is where the record of commits is kept. It lives beside the configuration, whose history it is, and moves with it to
// another image.
func (p Paths) JournalDir() string { return filepath.Join(p.EtcDir, "journal") }

// CheckpointDir is where named copies of the configuration are kept.
func (p Paths) CheckpointDir() string { return filepath.Join(p.EtcDir, "checkpoints") }

// SessionDir is where configuration sessions are kept that are not committed yet.
func (p Paths) SessionDir() string { return filepath.Join(p.EtcDir, "sessions") }

// BoardFile describes the front panel of the switch, if its platform alone does not.
func (p Paths) BoardFile() string { return filepath.Join(p.EtcDir, "board.yaml") }

// BPFDir is where the pinned maps and programs of this switch live.
func (p Paths) BPFDir() string { return filepath.Join("/sys/fs/bpf/heddle", p.Instance) }

// ReadyFile is the mark a daemon leaves once it serves.
func (p Paths) ReadyFile(daemon string) string { return filepath.Join(p.RunDir, "ready", daemon) }
