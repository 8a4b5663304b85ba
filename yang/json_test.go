package yang

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/openconfig/ygot/ygot"

	"github.com/heddle-nos/heddle/yang/configdb"
)

// samples gives a configuration for each shape of row of each table: the minimal
// row, and with it each field that goes with it.
func samples(t *testing.T) map[string]Config {
	t.Helper()
	s := NewChecker().mustSchema()
	out := make(map[string]Config)
	for _, name := range slices.Sorted(maps.Keys(s.tables)) {
		for _, l := range s.tables[name].lists {
			sample := newSampler(t, s)
			key := sample.row(l)
			row := sample.config[name][key]
			for _, field := range sortedNames(l.fields) {
				if f := l.fields[field]; !slices.Contains(l.keys, field) {
					row[f.stored()] = sample.fieldValue(l, f)
				}
			}
			if l.mapKey != nil {
				row[sample.value(l.mapKey.typ)] = sample.value(l.mapValue.typ)
			}
			out[name+"/"+l.name] = sample.config
		}
	}
	return out
}

// TestJSONKeepsEveryField: each field of each table comes back.
func TestJSONKeepsEveryField(t *testing.T) {
	j := NewJSON()
	for name, config := range samples(t) {
		data, err := j.Encode(config)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := j.Decode(data); err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(config, got); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
}

// TestStructsKeepEveryField: the structs that ygot makes of the same models find
// all tables at once right, and give back the same.
func TestStructsKeepEveryField(t *testing.T) {
	j := NewJSON()
	all := make(Config)
	for _, config := range samples(t) {
		for table, rows := range config {
			for key, row := range rows {
				if len(row) >= len(all[table][key]) {
					put(all, RowKey{table, key}, row)
				}
			}
		}
	}
	data, err := j.Encode(all)
	if err != nil {
		t.Fatal(err)
	}
	var device configdb.Device
	if err := configdb.Unmarshal(data, &device); err != nil {
		t.Fatal(err)
	}
	if err := device.Validate(); err != nil {
		t.Error(err)
	}
	text, err := ygot.EmitJSON(&device, &ygot.EmitJSONConfig{Format: ygot.RFC7951, RFC7951Config: &ygot.RFC7951JSONConfig{AppendModuleName: true}, SkipValidation: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := j.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestEncode(t *testing.T) {
	config := Config{
		"PORT":           {"Ethernet0": {"lanes": "0,1", "speed": "100000", "adv_speeds@": "10000,all", "fast_linkup": "true", "tx_power": "-7.5"}},
		"VLAN_MEMBER":    {"Vlan10|Ethernet0": {"tagging_mode": "untagged"}},
		"DSCP_TO_TC_MAP": {"AZURE": {"0": "1", "63": "7"}},
		"BGP_BBR":        {"all": {"NULL": "NULL"}},
		"BUFFER_POOL":    {"p": {"size": "18446744073709551615", "mode": "static", "type": "both"}},
		"INTERFACE":      {"Ethernet0": {}, "Ethernet0|10.0.0.1/31": {}},
		"ACL_TABLE":      {"A": {"ports@": "", "type": "L3"}},
	}
	want := `{"heddle-acl:ACL_TABLE":{"ACL_TABLE_LIST":[{"ACL_TABLE_NAME":"A","ports":[],"type":"L3"}]},` +
		`"heddle-bgp-extra:BGP_BBR":{"all":{}},` +
		`"heddle-buffer:BUFFER_POOL":{"BUFFER_POOL_LIST":[{"mode":"static","name":"p","size":"18446744073709551615","type":"both"}]},` +
		`"heddle-interface:INTERFACE":{"INTERFACE_IPPREFIX_LIST":[{"ip-prefix":"10.0.0.1/31","name":"Ethernet0"}],"INTERFACE_LIST":[{"name":"Ethernet0"}]},` +
		`"heddle-port:PORT":{"PORT_LIST":[{"adv_speeds":[10000,"all"],"fast_linkup":true,"lanes":"0,1","name":"Ethernet0","speed":100000,"tx_power":"-7.5"}]},` +
		`"heddle-qos-map:DSCP_TO_TC_MAP":{"DSCP_TO_TC_MAP_LIST":[{"entry":[{"dscp":"0","tc":1},{"dscp":"63","tc":7}],"name":"AZURE"}]},` +
		`"heddle-vlan:VLAN_MEMBER":{"VLAN_MEMBER_LIST":[{"name":"Vlan10","port":"Ethernet0","tagging_mode":"untagged"}]}}`
	got, err := NewJSON().Encode(config)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestJSONErrorsNameThePlace(t *testing.T) {
	j := NewJSON()
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{"SPACESHIP": {"x": {}}}, "encode SPACESHIP: unknown table"},
		{Config{"PORT": {"Ethernet0|1": {}}}, "encode PORT|Ethernet0|1: the key is not <name>"},
		{Config{"PORT": {"Ethernet0": {"mtu": "much"}}}, `encode PORT|Ethernet0 mtu: "much" is not of the field's type`},
		{Config{"PORT": {"Ethernet0": {"warp": "9"}}}, "encode PORT|Ethernet0 warp: unknown field"},
	} {
		if _, err := j.Encode(tt.config); err == nil || err.Error() != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	for text, want := range map[string]string{
		`{`:                                    "decode: unexpected EOF",
		`{} {}`:                                "decode: something follows",
		`[]`:                                   "decode: json: cannot unmarshal array",
		`{"X": {}}`:                            "decode X: unknown table",
		`{"VLAN": []}`:                         "decode VLAN: is not an object",
		`{"heddle-port:VLAN": {}}`:             "decode heddle-port:VLAN: unknown table",
		`{"VLAN": {}, "heddle-vlan:VLAN": {}}`: "the table is there twice",
		`{"VLAN": {"FROB": []}}`:               "decode VLAN: has no FROB",
		`{"VLAN": {"VLAN_LIST": {}}}`:          "decode VLAN: VLAN_LIST is not a list",
		`{"VLAN": {"VLAN_LIST": [3]}}`:         "decode VLAN/VLAN_LIST: is not an object",
		`{"VLAN": {"VLAN_LIST": [{}]}}`:        "decode VLAN/VLAN_LIST: key name: is missing",
		`{"VLAN": {"VLAN_LIST": [{"name": "a|b"}]}}`:                                             `key name: "a|b" has a | in it`,
		`{"VLAN": {"VLAN_LIST": [{"name": "a"}, {"name": "a"}]}}`:                                "decode VLAN|a: the row is there twice",
		`{"VLAN": {"VLAN_LIST": [{"name": "a", "x": 1}]}}`:                                       "decode VLAN|a x: unknown field",
		`{"VLAN": {"VLAN_LIST": [{"name": "a", "other:mtu": 1}]}}`:                               "unknown member other:mtu",
		`{"VLAN": {"VLAN_LIST": [{"name": "a", "mtu": [1]}]}}`:                                   "decode VLAN|a mtu: is not a single value",
		`{"VLAN": {"VLAN_LIST": [{"name": "a", "dhcp_servers": "x"}]}}`:                          "decode VLAN|a dhcp_servers: is not a list",
		`{"VLAN": {"VLAN_LIST": [{"name": "a", "dhcp_servers": ["x,y"]}]}}`:                      "cannot be an element",
		`{"DSCP_TO_TC_MAP": {"DSCP_TO_TC_MAP_LIST": [{"name": "a", "entry": [{"dscp": "1"}]}]}}`: "entry: is not a dscp and a tc",
	} {
		if _, err := j.Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzDecode: what can be decoded is a configuration that can be judged.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"heddle-vlan:VLAN": {"VLAN_LIST": [{"name": "Vlan10", "vlanid": 10, "dhcp_servers": ["10.0.0.1"]}]}}`))
	f.Add([]byte(`{"DSCP_TO_TC_MAP": {"DSCP_TO_TC_MAP_LIST": [{"name": "a", "entry": [{"dscp": "1", "tc": 2}]}]}}`))
	f.Add([]byte(`{"BGP_BBR": {"all": {"status": "enabled"}}}`))
	j, c := NewJSON(), NewChecker()
	f.Fuzz(func(t *testing.T, data []byte) {
		config, err := j.Decode(data)
		if err != nil {
			return
		}
		if errs := errorsOf(c, config); len(errs) > 0 {
			return
		}
		again, err := j.Encode(config)
		if err != nil {
			t.Fatalf("a configuration without problems cannot be encoded: %v", err)
		}
		if _, err := j.Decode(again); err != nil {
			t.Fatal(err)
		}
	})
}

// TestManyUseOneConverter is for the race detector.
func TestManyUseOneConverter(t *testing.T) {
	j, c := NewJSON(), NewChecker()
	config := Config{"PORT": {"Ethernet0": {"lanes": "0", "speed": "1000"}}, "VLAN": {"Vlan10": {"vlanid": "10", "mac": "02:00:00:00:00:01"}}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			data, err := j.Encode(config)
			if err != nil {
				t.Error(err)
				return
			}
			got, err := j.Decode(data)
			if err != nil || len(c.Check(got)) > 0 || len(c.CheckChange(Config{}, got, []RowKey{{"VLAN", "Vlan10"}})) > 0 {
				t.Error(got, err)
			}
		})
	}
	wg.Wait()
}
