package aclfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
)

// Set are the rules of one access list.
type Set struct {
	Table   string // of ACL_TABLE
	Entries []Entry
}

// Entry is one rule of a file.
type Entry struct {
	Name string // as the file has it
	rule rule
}

// word is a text, a number or nothing.
type word string

func (w *word) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case string(data) == "null":
	case json.Unmarshal(data, &s) == nil:
		if s != "null" {
			*w = word(s)
		}
	case data[0] == '{' || data[0] == '[':
		return fmt.Errorf("%s is not a value", data)
	default:
		*w = word(data)
	}
	return nil
}

type rule struct {
	Config struct {
		Sequence word `json:"sequence-id"`
	} `json:"config"`
	Actions struct {
		Config struct {
			Forwarding string `json:"forwarding-action"`
		} `json:"config"`
	} `json:"actions"`
	L2 struct {
		Config struct {
			EtherType word `json:"ethertype"`
			VLAN      word `json:"vlan-id"`
		} `json:"config"`
	} `json:"l2"`
	IP struct {
		Config struct {
			Protocol    word `json:"protocol"`
			Source      word `json:"source-ip-address"`
			Destination word `json:"destination-ip-address"`
			DSCP        word `json:"dscp"`
		} `json:"config"`
	} `json:"ip"`
	ICMP struct {
		Config struct {
			Type word `json:"type"`
			Code word `json:"code"`
		} `json:"config"`
	} `json:"icmp"`
	Transport struct {
		Config struct {
			Source      word     `json:"source-port"`
			Destination word     `json:"destination-port"`
			Flags       []string `json:"tcp-flags"`
		} `json:"config"`
	} `json:"transport"`
	Input struct {
		Reference struct {
			Config struct {
				Interface word `json:"interface"`
			} `json:"config"`
		} `json:"interface-ref"`
	} `json:"input-interface"`
}

// Parse reads a file. Lists and rules come in natural order of their names.
func Parse(data []byte) ([]Set, error) {
	var file struct {
		ACL struct {
			Sets struct {
				Set map[string]struct {
					Entries struct {
						Entry map[string]rule `json:"acl-entry"`
					} `json:"acl-entries"`
				} `json:"acl-set"`
			} `json:"acl-sets"`
		} `json:"acl"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if file.ACL.Sets.Set == nil {
		return nil, errors.New("it has no acl-set")
	}
	var out []Set
	for name, set := range file.ACL.Sets.Set {
		s := Set{Table: strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(name))}
		for key, r := range set.Entries.Entry {
			if r.Config.Sequence == "" {
				r.Config.Sequence = word(key)
			}
			s.Entries = append(s.Entries, Entry{Name: key, rule: r})
		}
		slices.SortFunc(s.Entries, func(a, b Entry) int { return natural.Compare(a.Name, b.Name) })
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Set) int { return natural.Compare(a.Table, b.Table) })
	return out, nil
}
