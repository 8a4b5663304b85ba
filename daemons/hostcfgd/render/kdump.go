package render

import (
	"errors"
	"regexp"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

const (
	kdumpConf = "/etc/default/kdump-tools"
	// kdumpBoot is Debian's own place for what the boot loader reserves, of which two would not agree.
	kdumpBoot = "/etc/default/grub.d/kdump-tools.cfg"
	// kdumpMemory is SONiC's default: by the size of the machine.
	kdumpMemory = "0M-2G:256M,2G-4G:320M,4G-8G:384M,8G-:448M"
)

var (
	crashMemory = regexp.MustCompile(`^((([0-9]+[MG]?)?(-([0-9]+[MG])?):)?[0-9]+[MG](,|$))+$|^[0-9]+[MG],high$`)
	crashHost   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._%+-]*@[A-Za-z0-9][A-Za-z0-9.-]*$`)
	crashKey    = regexp.MustCompile(`^(/[A-Za-z0-9._-]+)+$`)
)

// kdump renders what the kernel keeps of a crash. Both files are read by shells, so that no value has more than its own alphabet. Without a row,
// Debian's are left alone; those that are ours by now reserve and keep nothing.
func kdump(rows row.Tables) Output {
	d := draft{rows: rows}
	wanted := rows.Has("KDUMP", "config")
	r := rows.Read("KDUMP", "config")
	enabled, remote, dumps := r.Flag("enabled", false), r.Flag("remote", false), r.Number("num_dumps", 3, 1, 9)
	memory := shaped(r, "memory", kdumpMemory, crashMemory, "not sizes as crashkernel= has them, such as 512M or 0M-2G:256M,2G-:512M")
	host := shaped(r, "ssh_string", "", crashHost, "not user@host")
	key := shaped(r, "ssh_path", "", crashKey, "not the path of a file")
	if remote && host == "" {
		r.Missing("ssh_string")
	}
	if !d.done(r) {
		return d.out
	}
	conf, boot := hostfile.New("#"), hostfile.New("#")
	conf.From(r.Name)
	boot.From(r.Name)
	conf.Add("USE_KDUMP=%d", map[bool]int{true: 1}[enabled])
	conf.Add("KDUMP_KERNEL=/var/lib/kdump/vmlinuz")
	conf.Add("KDUMP_INITRD=/var/lib/kdump/initrd.img")
	conf.Add("KDUMP_COREDIR=/var/crash")
	conf.Add("KDUMP_NUM_DUMPS=%d", dumps)
	if remote {
		conf.Add("SSH=%s", host)
		if key != "" {
			conf.Add("SSH_KEY=%s", key)
		}
	}
	if enabled {
		boot.Add(`GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=%s"`, memory)
	}
	for _, f := range []hostfile.File{conf.File(kdumpConf, hostfile.Public, kdumpCheck(enabled)), boot.File(kdumpBoot, hostfile.Public, nil)} {
		if !wanted {
			f.Edit = onlyOurs(f.Content())
		}
		d.out.Files = append(d.out.Files, f)
	}
	d.out.Problems = append(append(d.out.Problems, conf.Problems()...), boot.Problems()...)
	d.out.Boot = true
	d.out.Units = []Unit{{"kdump-tools.service", Restart}}
	return d.out
}

// onlyOurs replaces a file that bears our mark, and leaves another or none as it is.
func onlyOurs(content string) func(old string) string {
	return func(old string) string {
		if first, _, _ := strings.Cut(old, "\n"); strings.Contains(first, hostfile.Mark) {
			return content
		}
		return old
	}
}

// shaped reads a value of a form.
func shaped(r *row.Reader, field, unset string, form *regexp.Regexp, wrong string) string {
	const most = 256
	v := r.Line(field, most)
	if v == "" {
		return unset
	}
	if !form.MatchString(v) {
		r.Wrong(field, errors.New(wrong))
	}
	return v
}

// kdumpCheck refuses to promise dumps that nobody would write.
func kdumpCheck(enabled bool) *hostfile.Check {
	return &hostfile.Check{Func: func(h hostfile.Host, _ hostfile.File) error {
		if enabled && !h.Exists("/usr/sbin/kdump-config") {
			return errors.New("kdump-tools is not installed")
		}
		return nil
	}}
}
