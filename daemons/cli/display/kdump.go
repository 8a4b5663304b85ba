package display

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	crashDir = "/var/crash"
	// crashLoaded holds 1 while a kernel waits to take over after a crash.
	crashLoaded = "/sys/kernel/kexec_crash_loaded"
	// crashTail is how much of a log is read at most.
	crashTail = 1 << 20
)

// addKdump makes `show kdump`: what the kernel keeps of a crash.
func addKdump(s *session.Session, root *cobra.Command) {
	lines := 10
	logging := command(s, "logging [filename]", "Show last 10 lines of lastest kernel dmesg file", click.Args("[filename]"), func(_ context.Context, v *view, args []string) error {
		return showCrashLog(v, args, lines)
	})
	logging.Flags().IntVarP(&lines, "lines", "l", lines, "Number of lines")
	groupAt(root, "kdump").AddCommand(logging,
		command(s, "config", "Show the configuration of Linux kernel dump", click.Args(), showKdumpConfig),
		command(s, "files", "Show kernel core dump and dmesg files", click.Args(), showCrashFiles))
}

func showKdumpConfig(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "KDUMP")
	if err != nil {
		return err
	}
	row := rows["config"]
	admin, oper := "Disabled", "Not Ready"
	if row["enabled"] == "true" {
		admin = "Enabled"
	}
	loaded, err := os.ReadFile(crashLoaded)
	switch {
	case err == nil && strings.TrimSpace(string(loaded)) == "1":
		oper = "Ready"
	case admin == "Enabled":
		oper = "Ready after reboot"
	}
	facts := ordered{
		{"Kdump administrative mode", admin}, {"Kdump operational mode", oper},
		{"Kdump memory reservation", or(row["memory"], "Unknown")}, {"Maximum number of Kdump files", or(row["num_dumps"], "Unknown")},
	}
	remote := row["remote"] == "true"
	if remote {
		facts = append(facts, member{"Kdump ssh connection string", or(row["ssh_string"], "Unknown")}, member{"Kdump private key path", or(row["ssh_path"], "Unknown")})
	}
	if v.json {
		return v.printJSON(facts)
	}
	for _, f := range facts {
		v.Printf("%s: %s\n", f.name, f.value)
	}
	if !remote {
		v.Printf("Kdump ssh connection string and ssh_path not found\n")
	}
	return nil
}

// crashFiles lists the files of a kind, the latest first.
func crashFiles(prefix string) []string {
	var out []string
	_ = filepath.WalkDir(crashDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), prefix) {
			out = append(out, path)
		}
		return nil // what cannot be read is not shown
	})
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

func showCrashFiles(_ context.Context, v *view, _ []string) error {
	cores, logs := crashFiles("kdump."), crashFiles("dmesg.")
	if v.json {
		return v.printJSON(ordered{{"core", cores}, {"dmesg", logs}})
	}
	if len(cores) == 0 {
		cores = []string{"No kernel core dump file available!"}
	}
	if len(logs) == 0 {
		logs = []string{"No kernel dmesg file available!"}
	}
	t := table{headers: []string{"Kernel core dump files", "Kernel dmesg files"}, layout: tabulate.Options{Text: tabulate.Center}}
	for i := range max(len(cores), len(logs)) {
		t.rows = append(t.rows, []string{entry(cores, i), entry(logs, i)})
	}
	return v.print(t)
}

func entry(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func showCrashLog(v *view, args []string, lines int) error {
	logs := crashFiles("dmesg.")
	if len(args) > 0 {
		name := filepath.Base(strings.TrimSpace(args[0]))
		i := slices.IndexFunc(logs, func(path string) bool { return filepath.Base(path) == name })
		if i < 0 {
			return &click.ExitError{Code: click.CodeError, Text: "Invalid filename: '" + args[0] + "'!"}
		}
		logs = logs[i:]
	}
	if len(logs) == 0 {
		return &click.ExitError{Code: click.CodeUsage, Text: "No kernel dmesg file available!"}
	}
	text, err := tail(logs[0], lines)
	if err != nil {
		return err
	}
	if v.json {
		return v.printJSON(ordered{{"file", logs[0]}, {"lines", text}})
	}
	for _, line := range text {
		v.Printf("%s\n", line)
	}
	return nil
}

// tail reads the last lines of a file.
func tail(path string, lines int) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data := make([]byte, min(info.Size(), crashTail))
	if _, err := f.ReadAt(data, info.Size()-int64(len(data))); err != nil {
		return nil, err
	}
	all := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	return all[max(0, len(all)-max(lines, 0)):], nil
}
