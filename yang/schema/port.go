package schema

// Port is a row of CONFIG_DB PORT; the key is a PortName.
type Port struct {
	Alias         string            `db:"alias"`
	Lanes         Lanes             `db:"lanes,mandatory"`
	Speed         Speed             `db:"speed,mandatory"`
	AdminStatus   AdminStatus       `db:"admin_status"` // default down
	MTU           MTU               `db:"mtu"`          // default 9100
	Description   string            `db:"description"`
	Index         string            `db:"index"`
	Autoneg       OnOff             `db:"autoneg"`
	FEC           FEC               `db:"fec"`
	TPID          string            `db:"tpid"`
	Mode          SwitchportMode    `db:"mode"`
	Role          PortRole          `db:"role"`
	InterfaceType PortMedium        `db:"interface_type"`
	AdvSpeeds     AdvSpeeds         `db:"adv_speeds@"`
	AdvTypes      AdvTypes          `db:"adv_interface_types@"`
	LinkTraining  OnOff             `db:"link_training"`
	PFCAsym       OnOff             `db:"pfc_asym"`
	LearnMode     LearnMode         `db:"learn_mode"`    // default hardware
	Loopback      LoopbackMode      `db:"loopback_mode"` // ours; default none
	Unknown       map[string]string `db:"*"`
}

// AppPort is a row of APPL_DB PORT_TABLE; the key is a PortName,
// KeyPortConfigDone or KeyPortInitDone. OperStatus is written by orchagent,
// the rest by cfgmgrd.
type AppPort struct {
	Alias         string            `db:"alias"`
	Lanes         Lanes             `db:"lanes"`
	Speed         Speed             `db:"speed"`
	AdminStatus   AdminStatus       `db:"admin_status"`
	MTU           MTU               `db:"mtu"`
	Description   string            `db:"description"`
	Index         string            `db:"index"`
	Autoneg       OnOff             `db:"autoneg"`
	FEC           FEC               `db:"fec"`
	TPID          string            `db:"tpid"`
	Mode          SwitchportMode    `db:"mode"`
	Role          PortRole          `db:"role"`
	InterfaceType PortMedium        `db:"interface_type"`
	AdvSpeeds     AdvSpeeds         `db:"adv_speeds"`
	AdvTypes      AdvTypes          `db:"adv_interface_types"`
	LinkTraining  OnOff             `db:"link_training"`
	PFCAsym       OnOff             `db:"pfc_asym"`
	LearnMode     LearnMode         `db:"learn_mode"`
	Loopback      LoopbackMode      `db:"loopback_mode"`
	OperStatus    OperStatus        `db:"oper_status"`
	Unknown       map[string]string `db:"*"`
}

// AppPortDone is the row KeyPortConfigDone of APPL_DB PORT_TABLE.
type AppPortDone struct {
	Count int `db:"count"`
}

// StatePort is a row of STATE_DB PORT_TABLE; the key is a PortName.
type StatePort struct {
	State            string            `db:"state"` // "ok" when the netdev is there
	AdminStatus      AdminStatus       `db:"admin_status"`
	NetdevOperStatus OperStatus        `db:"netdev_oper_status"`
	MTU              MTU               `db:"mtu"`
	Speed            string            `db:"speed"`            // operational, "40000" or "N/A"
	FEC              string            `db:"fec"`              // operational, "rs" or "N/A"
	SupportedSpeeds  string            `db:"supported_speeds"` // comma list of Mbit/s
	SupportedFECs    string            `db:"supported_fecs"`   // comma list, or "N/A" for none
	RemoteSpeeds     string            `db:"rmt_adv_speeds"`   // of the partner, in Mbit/s, or "N/A"
	LinkTraining     string            `db:"link_training_status"`
	HostTxReady      string            `db:"host_tx_ready"` // "true" or "false"
	Unknown          map[string]string `db:"*"`
}

// StateOK is the field value of STATE_DB rows whose subject is ready.
const StateOK = "ok"
