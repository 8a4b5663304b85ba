package schema

import "fmt"

// SwitchHash is the row KeyGlobal of CONFIG_DB SWITCH_HASH.
type SwitchHash struct {
	ECMPHash      []HashField       `db:"ecmp_hash@"`
	LAGHash       []HashField       `db:"lag_hash@"`
	ECMPAlgorithm HashAlgorithm     `db:"ecmp_hash_algorithm"`
	LAGAlgorithm  HashAlgorithm     `db:"lag_hash_algorithm"`
	Unknown       map[string]string `db:"*"`
}

// HashField is a part of a packet that a hash may look at.
type HashField string

// HashFields are all that there are, in the order in which they are told.
func HashFields() []HashField {
	return []HashField{
		"IN_PORT", "DST_MAC", "SRC_MAC", "ETHERTYPE", "VLAN_ID", "IP_PROTOCOL", "DST_IP", "SRC_IP", "L4_DST_PORT", "L4_SRC_PORT",
		"INNER_DST_MAC", "INNER_SRC_MAC", "INNER_ETHERTYPE", "INNER_IP_PROTOCOL", "INNER_DST_IP", "INNER_SRC_IP",
		"INNER_L4_DST_PORT", "INNER_L4_SRC_PORT", "IPV6_FLOW_LABEL",
	}
}

// UnmarshalText accepts the names of HashFields.
func (f *HashField) UnmarshalText(b []byte) error {
	for _, known := range HashFields() {
		if string(known) == string(b) {
			*f = known
			return nil
		}
	}
	return fmt.Errorf("hash field %q is not one of %v", b, HashFields())
}

// HashAlgorithm is a way to make a number of a packet's fields.
type HashAlgorithm string

// HashAlgorithms are all that there are.
func HashAlgorithms() []HashAlgorithm {
	return []HashAlgorithm{"CRC", "XOR", "RANDOM", "CRC_32LO", "CRC_32HI", "CRC_CCITT", "CRC_XOR"}
}

// UnmarshalText accepts the names of HashAlgorithms.
func (a *HashAlgorithm) UnmarshalText(b []byte) error {
	for _, known := range HashAlgorithms() {
		if string(known) == string(b) {
			*a = known
			return nil
		}
	}
	return fmt.Errorf("hash algorithm %q is not one of %v", b, HashAlgorithms())
}
