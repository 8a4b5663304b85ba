package render

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	snmpConf        = "/etc/snmp/snmpd.conf"
	maxSNMPName     = 32
	minSNMPPassword = 8 // RFC 3414 section 11.2
)

// snmpCheck starts snmpd on a socket of its own, with nothing of what it keeps: it has no other way to judge a file. Its output says
// which lines it does not understand, and it lists its version once it serves.
func snmpCheck() *hostfile.Check {
	return &hostfile.Check{
		Program: []string{
			"snmpd", "-f", "-C", "-c", hostfile.PlaceFile, "-Loe", "-x", "unix:" + hostfile.PlaceDir + "/agentx", "-p", hostfile.PlaceDir + "/pid",
			"unix:" + hostfile.PlaceDir + "/snmp",
		},
		Env:     []string{"SNMP_PERSISTENT_DIR=" + hostfile.PlaceDir, "MIBS="}, // no names are used, and those of MIBs that are missing fill its log
		Until:   "NET-SNMP version",
		Without: "agentAddress",
		Bad:     ": line ",
	}
}

// snmp renders Net-SNMP's agent.
func snmp(rows row.Tables) Output {
	d := draft{rows: rows}
	t := hostfile.New("#")
	snmpAddresses(&d, t)
	for _, key := range rows.Keys("SNMP_COMMUNITY") {
		r := d.keyed("SNMP_COMMUNITY", key, snmpName)
		kind := r.Word("TYPE", "RO", "RO", "RW")
		if d.done(r) {
			t.From(r.Name)
			t.Add("%scommunity %s", strings.ToLower(kind), quoteSNMP(key))
			t.Add("%scommunity6 %s", strings.ToLower(kind), quoteSNMP(key))
		}
	}
	for _, key := range rows.Keys("SNMP_USER") {
		snmpUser(&d, t, key)
	}
	snmpSystem(&d, t)
	snmpTraps(&d, t)
	t.Always()
	t.Add("sysServices 78") // RFC 3418: layers 2, 3, 4 and 7
	t.Add("master agentx")
	d.file(t, t.File(snmpConf, hostfile.Secret, snmpCheck()))
	d.file(snmpForgets())
	d.out.Units = []Unit{{"", Relearn}, {"snmpd.service", Restart}}
	return d.out
}

// snmpForgets takes the users away that snmpd has kept, before it starts: they would outlive their rows and their old passwords.
func snmpForgets() (*hostfile.Text, hostfile.File) {
	t := hostfile.New("#")
	t.Add("[Service]")
	t.Add(`ExecStartPre=-/bin/sed -i "/^usmUser /d" /var/lib/snmp/snmpd.conf`)
	return t, t.File("/etc/systemd/system/snmpd.service.d/users.conf", hostfile.Public, nil)
}

func snmpAddresses(d *draft, t *hostfile.Text) {
	keys := d.rows.Keys("SNMP_AGENT_ADDRESS_CONFIG")
	if len(keys) == 0 {
		t.Add("agentAddress udp:161")
		t.Add("agentAddress udp6:161")
	}
	for _, key := range keys {
		r := d.rows.Read("SNMP_AGENT_ADDRESS_CONFIG", key)
		parts := append(strings.Split(key, "|"), "", "")
		at, err := snmpPlace(parts[0], parts[1], parts[2], "161")
		if err != nil {
			r.Fail(err)
		}
		if d.done(r) {
			t.From(r.Name)
			t.Add("agentAddress %s", at)
		}
	}
}

// snmpPlace names an address, port and VRF as Net-SNMP does.
func snmpPlace(ip, port, vrf, unset string) (string, error) {
	a, err := row.ParseAddress(ip)
	if err != nil {
		return "", &statedb.FieldError{Field: "address", Value: ip, Err: err}
	}
	if port == "" {
		port = unset
	}
	if _, err := row.ParseNumber(port, 1, 65535); err != nil {
		return "", &statedb.FieldError{Field: "port", Value: port, Err: err}
	}
	transport, host := "udp", ip
	if a.Is6() {
		transport, host = "udp6", "["+ip+"]"
	}
	if vrf != "" && vrf != "None" && vrf != "default" {
		if err := row.CheckInterface(vrf); err != nil {
			return "", &statedb.FieldError{Field: "vrf", Value: vrf, Err: err}
		}
		host += "@" + vrf
	}
	return transport + ":" + host + ":" + port, nil
}

// snmpName accepts one word. snmpd reads names twice over, so quotes and escapes in them would not be what they are.
func snmpName(s string) error {
	if err := row.CheckLine(s, maxSNMPName); err != nil {
		return err
	}
	if strings.ContainsAny(s, " \t\"'\\") {
		return errors.New("not one word without quotes and backslashes")
	}
	return nil
}

// quoteSNMP makes a value one word of snmpd.conf.
func quoteSNMP(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func snmpUser(d *draft, t *hostfile.Text, key string) {
	r := d.keyed("SNMP_USER", key, snmpName)
	kind := r.Word("SNMP_USER_TYPE", "noAuthNoPriv", "noAuthNoPriv", "AuthNoPriv", "Priv")
	permission := r.Word("SNMP_USER_PERMISSION", "RO", "RO", "RW")
	create, level := "createUser "+quoteSNMP(key), "noauth"
	if kind != "noAuthNoPriv" {
		level = "auth"
		create += " " + snmpSecret(d.rows, r, "SNMP_USER_AUTH", map[string]string{"MD5": "MD5", "SHA": "SHA", "HMAC-SHA-2": "SHA-256"})
	}
	if kind == "Priv" {
		level = "priv"
		create += " " + snmpSecret(d.rows, r, "SNMP_USER_ENCRYPTION", map[string]string{"DES": "DES", "AES": "AES"})
	}
	if d.done(r) {
		t.From(r.Name)
		t.Add("%s", create)
		t.Add("%suser %s %s", strings.ToLower(permission), quoteSNMP(key), level)
	}
}

// snmpSecret is an algorithm and its password.
func snmpSecret(rows row.Tables, r *row.Reader, prefix string, algorithms map[string]string) string {
	kind := r.Word(prefix+"_TYPE", "", slices.Sorted(maps.Keys(algorithms))...)
	if kind == "" {
		r.Missing(prefix + "_TYPE")
	}
	field := prefix + "_PASSWORD"
	password := rows[r.Table][r.Key][field]
	err := row.CheckLine(password, 64)
	if err == nil && len(password) < minSNMPPassword {
		err = fmt.Errorf("shorter than %d characters", minSNMPPassword)
	}
	if err != nil {
		r.Fail(&statedb.FieldError{Field: field, Value: "*****", Err: err})
	}
	return algorithms[kind] + " " + quoteSNMP(password)
}

func snmpSystem(d *draft, t *hostfile.Text) {
	r := d.rows.Read("SNMP", "LOCATION")
	location := r.Line("Location", maxText)
	if d.done(r) && location != "" {
		t.From(r.Name)
		t.Add("sysLocation %s", location)
	}
	// The row of the contact has the name as its field; or, in later models, the field Contact.
	r = d.rows.Read("SNMP", "CONTACT")
	contact := ""
	for _, name := range slices.Sorted(maps.Keys(d.rows["SNMP"]["CONTACT"])) {
		value := r.Line(name, maxText)
		if err := row.CheckLine(name, maxText); err != nil {
			r.Fail(fmt.Errorf("the name of a contact: %w", err))
		}
		switch {
		case name == "NULL" || value == "":
		case name == "Contact":
			contact = value
		default:
			contact = name + " " + value
		}
	}
	if d.done(r) && contact != "" {
		t.From(r.Name)
		t.Add("sysContact %s", contact)
	}
}

// snmpTraps says who is told of events, at most one receiver of each version.
func snmpTraps(d *draft, t *hostfile.Text) {
	for _, version := range []struct{ key, line string }{{"v1TrapDest", "trapsink"}, {"v2TrapDest", "trap2sink"}, {"v3TrapDest", "trapsess"}} {
		fields, ok := d.rows["SNMP_TRAP_CONFIG"][version.key]
		if !ok {
			continue
		}
		r := d.rows.Read("SNMP_TRAP_CONFIG", version.key)
		to, err := snmpPlace(fields["DestIp"], fields["DestPort"], fields["vrf"], "162")
		if err != nil {
			r.Fail(err)
		}
		who := fields["Community"]
		if err := snmpName(who); err != nil {
			r.Fail(&statedb.FieldError{Field: "Community", Value: who, Err: err})
		}
		line := fmt.Sprintf("%s %s %s", version.line, to, quoteSNMP(who))
		if version.line == "trapsess" {
			user, ok := d.rows["SNMP_USER"][who]
			if !ok {
				r.Wrong("Community", errors.New("for version 3 it is a user, and there is no such row in SNMP_USER"))
			}
			level := map[string]string{"AuthNoPriv": "authNoPriv", "Priv": "authPriv"}[user["SNMP_USER_TYPE"]]
			if level == "" {
				level = "noAuthNoPriv"
			}
			line = fmt.Sprintf("trapsess -v 3 -u %s -l %s %s", quoteSNMP(who), level, to)
		}
		if d.done(r) {
			t.From(r.Name)
			t.Add("%s", line)
		}
	}
}
