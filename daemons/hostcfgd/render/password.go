package render

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// What Debian has when passwords are not hardened, in days.
const (
	plainMaxDays  = 99999
	plainWarnDays = 7
)

// password renders which passwords local users may choose, and for how long.
func password(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("PASSW_HARDENING", "POLICIES")
	hardened := r.Flag("state", false)
	days, warn := r.Number("expiration", 180, -1, 365), r.Number("expiration_warning", 15, -1, 30)
	history, length := r.Number("history_cnt", 10, 1, 100), r.Number("len_min", 8, 1, 32)
	quality := fmt.Sprintf("minlen=%d", length)
	for _, class := range [][2]string{{"lower_class", "lcredit"}, {"upper_class", "ucredit"}, {"digits_class", "dcredit"}, {"special_class", "ocredit"}} {
		need := 0 // at least so many, as a negative credit
		if r.Flag(class[0], true) {
			need = -1
		}
		quality += fmt.Sprintf(" %s=%d", class[1], need)
	}
	user := 0
	if r.Flag("reject_user_passw_match", true) {
		user = 1
	}
	quality += fmt.Sprintf(" usercheck=%d", user)
	if !d.done(r) {
		return d.out
	}
	t := hostfile.New("#")
	t.From(r.Name)
	hash := "obscure yescrypt"
	if hardened {
		// The rules above are all: dictionaries are none of them, and the packages of the image have none.
		t.Add("password requisite pam_pwquality.so retry=3 dictcheck=0 %s enforce_for_root", quality)
		t.Add("password required pam_pwhistory.so remember=%d use_authtok enforce_for_root", history)
		hash = "use_authtok try_first_pass yescrypt"
	}
	t.Add("password [success=1 default=ignore] pam_unix.so %s", hash)
	t.Add("password requisite pam_deny.so")
	t.Add("password required pam_permit.so")
	f := t.File("/etc/pam.d/common-password", hostfile.Public, pamCheck())
	f.Shy = !hardened
	d.file(t, f)
	ages := passwordAges(hardened, days, warn)
	d.out.Ages = &ages
	d.out.Files = append(d.out.Files, hostfile.File{Path: "/etc/login.defs", Mode: hostfile.Public, Edit: func(old string) string {
		return withSetting(withSetting(old, "PASS_MAX_DAYS", ages.Max), "PASS_WARN_AGE", ages.Warn)
	}})
	return d.out
}

func passwordAges(hardened bool, days, warn int) Ages {
	ages := Ages{Max: plainMaxDays, Warn: plainWarnDays}
	if hardened && days >= 0 {
		ages.Max = days
	}
	if hardened && warn >= 0 {
		ages.Warn = warn
	}
	return ages
}

// withSetting gives a setting of login.defs its value, in its place.
func withSetting(old, name string, value int) string {
	line := fmt.Sprintf("%s\t%d", name, value)
	at := regexp.MustCompile(`(?m)^` + name + `[ \t].*$`)
	if at.MatchString(old) {
		return at.ReplaceAllString(old, line)
	}
	if old != "" && !strings.HasSuffix(old, "\n") {
		old += "\n"
	}
	return old + line + "\n"
}
