package render

import (
	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// console renders what the serial console allows: how long a shell may idle there, and whether its break key reaches the kernel.
func console(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("SERIAL_CONSOLE", "POLICIES")
	minutes, sysrq := r.Number("inactivity_timeout", 15, 0, 35000), r.Flag("sysrq_capabilities", false)
	if !d.done(r) {
		return d.out
	}
	shell := hostfile.New("#")
	shell.From(r.Name)
	if minutes > 0 {
		shell.Add(`case $(tty) in /dev/ttyS*|/dev/ttyAMA*|/dev/ttyUSB*) TMOUT=%d; readonly TMOUT; export TMOUT ;; esac`, minutes*60)
	}
	d.file(shell, shell.File("/etc/profile.d/hostcfgd-console.sh", hostfile.Public, nil))
	kernel := hostfile.New("#")
	kernel.From(r.Name)
	n := 0
	if sysrq {
		n = 1
	}
	kernel.Add("kernel.sysrq=%d", n)
	d.file(kernel, kernel.File("/etc/sysctl.d/95-hostcfgd-sysrq.conf", hostfile.Public, nil))
	d.out.Units = []Unit{{"systemd-sysctl.service", Restart}}
	return d.out
}
